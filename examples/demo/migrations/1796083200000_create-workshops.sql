-- Up Migration
create table workshops (
  id text primary key,
  title text not null,
  summary text not null,
  host text not null,
  place text not null,
  date date not null,
  hours text not null,
  seats integer not null check (seats > 0)
);

-- The season's workshops, on the Saturdays that follow.
insert into workshops (id, title, summary, host, place, date, hours, seats)
select id, title, summary, host, place, saturday + 7 * weeks, hours, seats
from (values
  ('living-soil', 'Living soil and compost',
    'Read a soil with your hands, build a hot compost heap and take a starter home.',
    'Amina', 'The walled garden', 1, '10:00–16:00', 12),
  ('water', 'Water that stays',
    'Find contour lines with an A-frame, dig a swale, plan where the rain should go.',
    'Jonas', 'The upper meadow', 2, '09:30–15:30', 10),
  ('food-forest', 'A food forest in seven layers',
    'From canopy to roots: choose companions and plant the first guild together.',
    'Maëlle', 'The young orchard', 4, '10:00–17:00', 14),
  ('seeds', 'Saving seeds',
    'Harvest, clean, dry and label; swap varieties with the members’ seed library.',
    'Tomás', 'The seed room', 6, '14:00–17:00', 8)
) season (id, title, summary, host, place, weeks, hours, seats),
(values (current_date + (6 - extract(dow from current_date)::integer))) today (saturday);

-- Down Migration
drop table workshops;
