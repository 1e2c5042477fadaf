/**
 * Perl: prints the last entries of a unit's journal and those that come, each a line of JSON. The cursor of an
 * entry says where to go on (systemd.journal-fields(7)).
 */
export const FOLLOW_JOURNAL = String.raw`
# Sends what journalctl prints, in whole lines where they are not very long; keeps the last cursor.
sub send_entries {
  my ($source, @options) = @_;
  my $process = open my $entries, '-|', 'journalctl', '--quiet', '--no-pager', '--all', '--output=json',
    '--output-fields=MESSAGE,PRIORITY', "--unit=$source->{unit}", @options;
  if (!$process) {
    my $why = "journalctl can't be started: $!";
    send_frame('e', $source->{name}, length $why, \$why);
    return 0;
  }
  # It ends with this process.
  $source->{process} = $process;
  my $held = '';
  while (sysread $entries, my $bytes, 32768) {
    send_frame('j', $source->{name}, length $bytes, \$bytes);
    $held .= $bytes;
    my $end = rindex $held, "\n";
    if ($end >= 0) {
      my $whole = substr $held, 0, $end;
      $source->{cursor} = $1 while $whole =~ /"__CURSOR" ?: ?"([^"]+)"/g;
      $held = substr $held, $end + 1;
    }
    # The cursor is among the first fields.
    $held = substr $held, 0, 4096 if length $held > 4096;
  }
  close $entries;
  return 1;
}

sub follow_journal {
  my ($source, $want, $parent) = @_;
  $SIG{TERM} = sub { kill 'TERM', $source->{process} if $source->{process}; exit };
  my $began = time;
  my $since = defined $want->{since} ? ["--since=\@$want->{since}"] : [];
  if (!$source->{resumes}) {
    send_entries($source, "--lines=$want->{lines}", @$since) or return;
    send_frame('r', $source->{name});
    send_frame('c', $source->{name});
  } else {
    $began = $source->{since} if defined $source->{since};
    send_frame('r', $source->{name});
    send_frame('c', $source->{name});
  }
  return unless $want->{follow};
  while (getppid == $parent) {
    my $from = defined $source->{cursor} ? "--after-cursor=$source->{cursor}" : "--since=\@$began";
    send_entries($source, '--follow', '--no-tail', $from) or return;
    select undef, undef, undef, 1;
  }
}
`;
