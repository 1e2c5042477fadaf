/**
 * Perl: opens a log file for reading, with the rights of root only where nobody else can direct root
 * elsewhere. Only a regular file is a log: nothing blocks, and a device is never read.
 *
 * Where another user can write a folder on the way, and so put a link there, the file is opened with the rights
 * of its owner: of a link, that of the link itself. The real user stays root, so that the owner can neither
 * trace nor stop this process (credentials(7)).
 */
export const OPEN_FILE = String.raw`
# Whether only root can put something into the folder, and replace it or a folder above it: in one that is sticky,
# what is root's stays in its place.
sub is_safe {
  my $folder = Cwd::abs_path($_[0]);
  return 0 unless defined $folder;
  my $at = '';
  for my $name ('', grep { length } split m{/}, $folder) {
    $at = $name eq '' ? '/' : $at eq '/' ? "/$name" : "$at/$name";
    my @status = stat $at or return 0;
    return 0 if $status[4] != 0;
    return 0 if $status[2] & 022 && ($at eq $folder || !($status[2] & 01000));
  }
  return 1;
}

sub folder_of { my ($path) = @_; $path =~ s{/[^/]*\z}{}; return length $path ? $path : '/' }

# Opens a path with the rights of a user and the user's groups.
sub open_as {
  my ($path, $uid, $gid, $flags) = @_;
  my ($name, $own) = (getpwuid $uid)[0, 3];
  $gid = $own if defined $own;
  my @more;
  if (defined $name) {
    while (my ($group, undef, $id, $members) = getgrent) {
      push @more, $id if grep { $_ eq $name } split ' ', $members;
    }
    endgrent;
  }
  my @old = ($>, $));
  $) = join ' ', $gid, $gid, @more;
  $> = $uid;
  my ($file, $opened, $why);
  if ($> == $uid) {
    $opened = sysopen $file, $path, $flags;
    $why = $! + 0;
  } else {
    $why = POSIX::EPERM();
  }
  ($>, $)) = @old;
  $! = $why;
  return $opened ? $file : undef;
}

# The file and its status; or undef and why not: '' when there is none.
sub open_log {
  my ($path) = @_;
  my $flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  my ($file, $uid, $gid);
  for (my $links = 0; ; $links += 1) {
    return (undef, 'there are too many links') if $links > 8;
    my @own = lstat $path or return (undef, $!{ENOENT} || $!{ENOTDIR} ? '' : "$!");
    if ($> == 0 && !is_safe(folder_of($path))) {
      ($uid, $gid) = @own[4, 5];
      return (undef, "the file is root's, and another user can write its folder") if $uid == 0;
      last;
    }
    last unless S_ISLNK($own[2]);
    my $to = readlink $path;
    return (undef, "$!") unless defined $to;
    $path = $to =~ m{^/} ? $to : folder_of($path) . "/$to";
  }
  if (defined $uid) { $file = open_as($path, $uid, $gid, $flags) }
  else { sysopen $file, $path, $flags | O_NOFOLLOW or $file = undef }
  return (undef, $!{ENOENT} ? '' : "$!") unless $file;
  my @status = stat $file;
  return (undef, 'it is not a regular file') unless S_ISREG($status[2]);
  return ($file, { id => "$status[0]:$status[1]", size => $status[7], time => $status[9] });
}
`;
