/**
 * Perl: prints the end of log files and what is added to them, also when a file is rotated: renamed and made
 * anew, or copied and truncated.
 *
 * A file is known by device and inode. Of each known file it keeps the offset of what was sent, and the bytes
 * before that offset: when they differ, the inode is another file's now, or the file was truncated.
 */
export const FOLLOW_FILES = String.raw`
my $PART = 32768;       # The most bytes of a frame.
my $BEFORE = 32;        # How many bytes before the offset tell a file from another.
my $LONGEST = 1048576;  # Of a longer line, the rest is not sent.
my $QUIET = 30;         # Seconds until a file that was renamed is closed.
my $SIBLINGS = 100;

sub read_at {
  my ($file, $from, $count) = @_;
  return '' if $count <= 0;
  sysseek $file, $from, 0 or return '';
  my $bytes = '';
  while (length $bytes < $count) {
    my $read = sysread $file, $bytes, $count - length $bytes, length $bytes;
    last unless $read;
  }
  return $bytes;
}

sub before { my ($file, $at) = @_; my $count = $at < $BEFORE ? $at : $BEFORE; return read_at($file, $at - $count, $count) }

sub is_at {
  my ($file, $size, $at, $before) = @_;
  my $count = length $before;
  return $size >= $at && $at >= $count && read_at($file, $at - $count, $count) eq $before;
}

# Where the last lines begin, how many they are, and whether the first of them is cut.
sub find_tail {
  my ($file, $size, $lines, $limit) = @_;
  my ($at, $count) = ($size, 0);
  my $least = $size > $limit ? $size - $limit : 0;
  while ($at > $least) {
    my $from = $at - 65536 < $least ? $least : $at - 65536;
    my $bytes = read_at($file, $from, $at - $from);
    last if length $bytes < $at - $from;
    my $place = length $bytes;
    while (($place = rindex $bytes, "\n", $place - 1) >= 0) {
      # The break at the very end ends the last line.
      if ($from + $place + 1 < $size) {
        $count += 1;
        return ($from + $place + 1, $count, 0) if $count >= $lines;
      }
      last if $place == 0;
    }
    $at = $from;
  }
  return ($least, $count + ($size > 0 ? 1 : 0), $least > 0 ? 1 : 0);
}

# The files that a rotation may have made of a path, the oldest first. Compressed ones can't be continued.
sub siblings {
  my ($path) = @_;
  my ($name) = $path =~ m{([^/]*)\z};
  opendir my $folder, folder_of($path) or return ();
  my @names;
  while (defined(my $one = readdir $folder)) {
    next unless $one =~ /^\Q$name\E[.-]./ && $one !~ /\.(?:gz|xz|bz2|zst|lz4|Z|zip|tmp)\z/;
    push @names, $one;
    last if @names >= $SIBLINGS;
  }
  my @found;
  for my $one (@names) {
    my ($file, $status) = open_log(folder_of($path) . "/$one");
    push @found, { %$status, file => $file, name => $one } if $file;
  }
  return sort { $a->{time} <=> $b->{time} || by_name($a->{name}, $b->{name}) } @found;
}

# Of the same second: app.log.2 is older than app.log.1, and app.log-20261130 than app.log-20261201.
sub by_name {
  my ($one, $other) = @_;
  my ($first) = $one =~ /\.(\d{1,4})\z/;
  my ($second) = $other =~ /\.(\d{1,4})\z/;
  return defined $first && defined $second ? $second <=> $first : $one cmp $other;
}

# $word: k, a file that is known; o, one that is read from now on.
sub know {
  my ($log, $word, $id, $at, $before) = @_;
  $log->{known}{$id} = [$at, $before];
  send_frame($word, $log->{source}, $log->{place}, $id, $at, unpack 'H*', $before);
}

sub take {
  my ($log, $found, $at, $cut) = @_;
  my $one = { %$found, at => $at, before => before($found->{file}, $at), line => 0, heard => time, goal => $found->{size} };
  know($log, 'o', $one->{id}, $at, $one->{before});
  send_frame('b', $log->{source}, $log->{place}, $one->{id}) if $cut;
  push @{$log->{open}}, $one;
  return $one;
}

# A first look: the last lines, of the file that was rotated before as well when there are too few.
sub begin {
  my ($log, $want) = @_;
  my ($file, $current) = open_log($log->{path});
  say_why($log, $current) unless $file;
  my @old = siblings($log->{path});
  my $is_new = !defined $want->{since} || ($file && $current->{time} >= $want->{since});
  my $tail = $log->{way} eq 'tail' || defined $want->{since};
  my ($at, $count, $cut) = $file ? ($current->{size}, 0, 0) : (0, 0, 0);
  ($at, $count, $cut) = find_tail($file, $current->{size}, $want->{lines}, $want->{limit}) if $file && $tail && $is_new;
  my $last = pop @old;
  know($log, 'k', $_->{id}, $_->{size}, before($_->{file}, $_->{size})) for @old;
  if ($last) {
    my $left = $tail && $is_new && $file && $at == 0 && !$cut && (!defined $want->{since} || $last->{time} >= $want->{since})
      ? $want->{lines} - $count : 0;
    if ($left > 0) {
      my ($from, undef, $broken) = find_tail($last->{file}, $last->{size}, $left, $want->{limit});
      take($log, $last, $from, $broken);
    } else {
      know($log, 'k', $last->{id}, $last->{size}, before($last->{file}, $last->{size}));
    }
  }
  take($log, { %$current, file => $file }, $at, $cut) if $file;
}

sub say_why {
  my ($log, $why) = @_;
  return if ($log->{said} // '') eq $why;
  $log->{said} = $why;
  send_frame('e', $log->{source}, length $why, \$why) if $why ne '';
}

# Looks for files that came, by renaming or copying, and for the file that has the path now.
# $copied: where the truncated file was.
sub look {
  my ($log, $copied) = @_;
  my %is_open = map { $_->{id} => 1 } @{$log->{open}};
  my @old = grep { !$is_open{$_->{id}} } siblings($log->{path});
  my ($file, $current) = open_log($log->{path});
  $log->{found} = { map { $_->{id} => 1 } @old, $file ? $current : () };
  say_why($log, $file ? '' : $current);
  my $behind = $file && $is_open{$current->{id}} ? pop @{$log->{open}} : undef;
  for my $one (@old) {
    my $known = $log->{known}{$one->{id}};
    my $at = 0;
    if ($known && is_at($one->{file}, $one->{size}, @$known)) {
      $at = $known->[0];
    } elsif ($copied && is_at($one->{file}, $one->{size}, $copied->{at}, $copied->{before})) {
      $at = $copied->{at};
      send_frame('v', $log->{source}, $log->{place}, $copied->{id}, $one->{id}, $at);
    }
    # The one that was read last may get more, or has a line without end.
    next if $at >= $one->{size} && $known && $one->{id} ne ($log->{newest} // '');
    take($log, $one, $at, 0);
  }
  if ($behind) {
    push @{$log->{open}}, $behind;
  } elsif ($file) {
    my $known = $log->{known}{$current->{id}};
    my $goes_on = $known && is_at($file, $current->{size}, @$known);
    if ($known && !$goes_on) {
      # Truncated while nobody looked: what was added before may be in a copy.
      look_for_copy($log, $current->{id}, @$known);
      send_frame('x', $log->{source}, $log->{place}, $current->{id});
    }
    take($log, { %$current, file => $file }, $goes_on ? $known->[0] : 0, 0);
  }
}

sub look_for_copy {
  my ($log, $id, $at, $before) = @_;
  my %is_open = map { $_->{id} => $_ } @{$log->{open}};
  for my $one (siblings($log->{path})) {
    my $taken = $is_open{$one->{id}};
    next if $taken ? $taken->{at} > 0 : $log->{known}{$one->{id}};
    next unless $at > 0 && is_at($one->{file}, $one->{size}, $at, $before);
    send_frame('v', $log->{source}, $log->{place}, $id, $one->{id}, $at);
    if ($taken) { $taken->{at} = $at; $taken->{before} = $before; know($log, 'o', $one->{id}, $at, $before) }
    else { take($log, $one, $at, 0) }
    return;
  }
}

# Sends the next part of a file. 1: there was something, 0: nothing new, -1: it was truncated.
sub advance {
  my ($log, $one) = @_;
  my $size = (stat $one->{file})[7];
  return -1 if $size < $one->{at};
  my $keep = length $one->{before};
  my $count = $size - $one->{at};
  $count = $one->{end} - $one->{at} if defined $one->{end} && $one->{end} < $size;
  return 0 if $count <= 0;
  my $bytes = read_at($one->{file}, $one->{at} - $keep, $keep + ($count < $PART ? $count : $PART));
  return -1 if substr($bytes, 0, $keep) ne $one->{before};
  my $part = substr $bytes, $keep;
  return 0 if $part eq '';
  my ($at, $sent) = ($one->{at}, $part);
  if ($one->{line} > $LONGEST) {
    my $break = index $part, "\n";
    my $from = $break >= 0 ? $break : length($part) > $BEFORE ? length($part) - $BEFORE : 0;
    ($at, $sent) = ($at + $from, substr $part, $from);
  }
  send_frame('d', $log->{source}, $log->{place}, $one->{id}, $at, length $sent, \$sent);
  my $last = rindex $part, "\n";
  $one->{line} = $last >= 0 ? length($part) - $last - 1 : $one->{line} + length $part;
  $one->{at} += length $part;
  $one->{before} = length $bytes > $BEFORE ? substr($bytes, -$BEFORE) : $bytes;
  $one->{heard} = time;
  $log->{known}{$one->{id}} = [$one->{at}, $one->{before}];
  return 1;
}

# Whether there was something.
sub poll {
  my ($log, $follow) = @_;
  my @open = @{$log->{open}};
  for my $one (@open) {
    my $step = advance($log, $one);
    return 1 if $step > 0;
    next unless $step < 0;
    my $copied = { id => $one->{id}, at => $one->{at}, before => $one->{before} };
    @$one{qw(at before line goal)} = (0, '', 0, 0);
    look($log, $copied) if $follow && $copied->{at} > 0;
    send_frame('x', $log->{source}, $log->{place}, $one->{id});
    know($log, 'o', $one->{id}, 0, '');
    return 1;
  }
  return 0 unless $follow;
  my @status = stat $log->{path};
  my $newest = @open ? $open[-1]{id} : '';
  if (@status && "$status[0]:$status[1]" ne $newest) {
    look($log);
    return @{$log->{open}} > @open ? 1 : 0;
  }
  # What writes to a file that was renamed reopens it soon.
  while (@open > 1 && time - $open[0]{heard} > $QUIET) {
    send_frame('x', $log->{source}, $log->{place}, $open[0]{id});
    shift @{$log->{open}};
    shift @open;
  }
  return 0;
}

sub follow_files {
  my ($source, $want, $parent) = @_;
  my @logs = @{$source->{files}};
  for my $log (@logs) {
    @$log{qw(source open)} = ($source->{name}, []);
    if (!$source->{resumes}) { begin($log, $want); next }
    look($log);
    my $newest = $log->{newest};
    send_frame('g', $source->{name}, $log->{place}) if defined $newest && !$log->{found}{$newest};
  }
  send_frame('r', $source->{name});
  if (!$want->{follow}) {
    for my $log (@logs) { $_->{end} = (stat $_->{file})[7] for @{$log->{open}} }
  }
  my $caught_up = 0;
  while (1) {
    my $busy = 0;
    $busy |= poll($_, $want->{follow}) for @logs;
    if (!$caught_up && !grep { $_->{at} < $_->{goal} } map { @{$_->{open}} } @logs) {
      $caught_up = 1;
      send_frame('c', $source->{name});
    }
    next if $busy;
    return unless $want->{follow};
    exit if getppid != $parent;
    select undef, undef, undef, 0.2;
  }
}
`;
