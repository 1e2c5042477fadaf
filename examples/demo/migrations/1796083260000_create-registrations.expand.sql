-- Up Migration
create table registrations (
  workshop text not null references workshops (id),
  email text not null,
  name text not null,
  at timestamptz not null default now(),
  primary key (workshop, email)
);

-- Down Migration
drop table registrations;
