import { FOLLOW_FILES } from './follow-files.js';
import { FOLLOW_JOURNAL } from './follow-journal.js';
import { OPEN_FILE } from './open-file.js';

/**
 * Perl: the program that prints the logs of a host, and follows them. Perl is on each Debian and Ubuntu (perl-base is
 * essential there). A shell would start several programs for each file and look; it could not open a file with
 * another user's rights and read it as root; and NUL bytes and lines without end would not pass through it.
 *
 * Its standard input says what to print: see logScript(). Each log has a process of its own: one that is stuck
 * or never ends takes nothing from the others, as they take turns at the output. It ends when nobody reads that any
 * more.
 *
 * It prints frames: a line of words, and as many bytes as the last word of `d`, `e` and `j` says. See readFrames().
 */
export const HOST_PROGRAM = String.raw`
use strict;
use warnings;
use Cwd ();
use Fcntl qw(:DEFAULT :mode);
use POSIX ();
use Socket qw(MSG_PEEK MSG_DONTWAIT);

my $TICK = 5;  # Seconds between two signs of life.
my $out;       # Where the frames of this process go.

sub write_all {
  my ($to, $bytes) = @_;
  my $at = 0;
  while ($at < length $bytes) {
    my $written = syswrite $to, $bytes, length($bytes) - $at, $at;
    if (defined $written) { $at += $written; next }
    next if $!{EINTR};
    # sshd's end may not block.
    if ($!{EAGAIN}) { my $set = ''; vec($set, fileno $to, 1) = 1; select undef, $set, undef, 1; next }
    exit;
  }
}

# The last argument may be a reference to bytes that follow the line.
sub send_frame {
  my @words = @_;
  my $bytes = ref $words[-1] ? pop @words : \"";
  my $frame = join(' ', @words) . "\n" . $$bytes;
  write_all($out, pack('N', length $frame) . $frame);
}
${OPEN_FILE}
${FOLLOW_FILES}
${FOLLOW_JOURNAL}
my (%want, @sources);
while (my $line = <STDIN>) {
  chomp $line;
  my ($word, $rest) = split ' ', $line, 2;
  if ($word =~ /^(?:follow|lines|limit|since)\z/) { $want{$word} = $rest }
  elsif ($word eq 'source') { push @sources, { name => $rest, files => [] } }
  elsif ($word eq 'resume') { $sources[-1]{resumes} = 1 }
  elsif ($word =~ /^(?:tail|new)\z/) {
    push @{$sources[-1]{files}}, { way => $word, path => $rest, place => scalar @{$sources[-1]{files}}, known => {} };
  } elsif ($word eq 'known') {
    my ($path, $id, $at, $before) = $rest =~ /^(\d+) (\S+) (\d+) ?([0-9a-f]*)\z/ or next;
    my $log = $sources[-1]{files}[$path] or next;
    $log->{known}{$id} = [$at, pack 'H*', $before];
    $log->{newest} = $id;
  } elsif ($word =~ /^(?:unit|cursor|failed)\z/) { $sources[-1]{$word} = $rest // '' }
  elsif ($word eq 'began') { $_->{since} = $rest for $sources[-1] }
}
$want{follow} = $want{follow} ? 1 : 0;

my $parent = $$;
my %readers;
for my $source (@sources) {
  pipe my $from, my $to or die "Cannot read logs: $!\n";
  my $child = fork;
  die "Cannot read logs: $!\n" unless defined $child;
  if ($child == 0) {
    close $from;
    close $_->{from} for values %readers;
    $out = $to;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    if (defined $source->{failed}) {
      my $why = "its place can't be found";
      send_frame('e', $source->{name}, length $why, \$why);
      send_frame('c', $source->{name});
    } elsif (defined $source->{unit}) { follow_journal($source, \%want, $parent) }
    else { follow_files($source, \%want, $parent) }
    exit;
  }
  close $to;
  $readers{fileno $from} = { from => $from, child => $child, held => '' };
}

sub stop { kill 'TERM', map { $_->{child} } values %readers; exit }
$SIG{$_} = \&stop for qw(PIPE TERM HUP INT);

sub say_line { write_all(\*STDOUT, join(' ', @_) . "\n") }
say_line('h', time, POSIX::strftime('%z', localtime));

# Whether nobody reads the output any more: the other end of a pipe or socket was closed.
sub is_gone {
  return 1 if -p STDOUT;
  my $seen = recv STDOUT, my $bytes, 1, MSG_PEEK | MSG_DONTWAIT;
  return defined $seen && $bytes eq '';
}

my $ticked = time;
while (%readers) {
  my ($set, $watch) = ('', $want{follow} && (-p STDOUT || -S STDOUT));
  vec($set, $_, 1) = 1 for keys %readers;
  vec($set, fileno STDOUT, 1) = 1 if $watch;
  my $count = select my $ready = $set, undef, undef, $want{follow} ? 1 : undef;
  if ($watch && $count > 0 && vec $ready, fileno STDOUT, 1) {
    stop() if is_gone();
    # Something else is there to read: not for us.
    select undef, undef, undef, 0.05 if $count == 1;
  }
  if ($want{follow} && time - $ticked >= $TICK) {
    $ticked = time;
    say_line('t', $ticked);
  }
  next if $count <= 0;
  for my $number (sort { $a <=> $b } keys %readers) {
    next unless vec $ready, $number, 1;
    my $reader = $readers{$number};
    my $read = sysread $reader->{from}, $reader->{held}, 65536, length $reader->{held};
    if (!$read) {
      close $reader->{from};
      waitpid $reader->{child}, 0;
      delete $readers{$number};
      next;
    }
    # Whole frames only: they come from several processes.
    my $whole = '';
    my $at = 0;
    while (length($reader->{held}) - $at >= 4) {
      my $length = unpack 'N', substr $reader->{held}, $at, 4;
      last if length($reader->{held}) - $at < 4 + $length;
      $whole .= substr $reader->{held}, $at + 4, $length;
      $at += 4 + $length;
    }
    substr($reader->{held}, 0, $at) = '';
    write_all(\*STDOUT, $whole) if $whole ne '';
  }
}
say_line('z');
`;
