import { field } from '../field.js';

export interface Workshop {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly host: string;
  readonly place: string;
  /** ISO 8601, such as 2030-05-04. */
  readonly date: string;
  readonly hours: string;
  readonly seats: number;
  readonly seatsLeft: number;
}

export interface Registration {
  readonly name: string;
  readonly email: string;
}

/** What is wrong with each field of a form. */
export type FieldErrors = Readonly<Partial<Record<'workshop' | 'name' | 'email', string>>>;

export type RegistrationResult =
  | { readonly status: 'registered'; readonly workshop: Workshop }
  | { readonly status: 'unknown' | 'past' | 'full' | 'already' };

/** The cooperative's calendar. */
export interface Calendar {
  /** @throws Error when it can't be read. */
  check(): Promise<void>;
  upcoming(now: Date): Promise<readonly Workshop[]>;
  register(id: string, registration: Registration, now: Date): Promise<RegistrationResult>;
}

/** The calendar kept in memory: each process has its own and forgets it. */
export class MemoryCalendar implements Calendar {
  readonly #workshops: readonly Omit<Workshop, 'seatsLeft'>[];
  readonly #emails = new Map<string, Set<string>>();

  constructor(now: Date) {
    this.#workshops = season(now);
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  upcoming(now: Date): Promise<readonly Workshop[]> {
    const today = isoDate(now);
    const left = this.#workshops.filter(({ date }) => date >= today);
    return Promise.resolve(left.map((each) => this.#counted(each)));
  }

  register(id: string, registration: Registration, now: Date): Promise<RegistrationResult> {
    return Promise.resolve(this.#register(id, registration, now));
  }

  #register(id: string, { email }: Registration, now: Date): RegistrationResult {
    const workshop = this.#workshops.find((each) => each.id === id);
    if (!workshop) return { status: 'unknown' };
    if (workshop.date < isoDate(now)) return { status: 'past' };
    const emails = this.#emails.get(id) ?? new Set();
    if (emails.has(email)) return { status: 'already' };
    if (emails.size >= workshop.seats) return { status: 'full' };
    this.#emails.set(id, emails.add(email));
    return { status: 'registered', workshop: this.#counted(workshop) };
  }

  #counted(workshop: Omit<Workshop, 'seatsLeft'>): Workshop {
    return { ...workshop, seatsLeft: workshop.seats - (this.#emails.get(workshop.id)?.size ?? 0) };
  }
}

/** Parses what a form sent: a registration, or what to correct in each field. */
export function parseRegistration(
  input: unknown,
):
  | { readonly status: 'valid'; readonly registration: Registration }
  | { readonly status: 'invalid'; readonly fields: FieldErrors } {
  const name = text(input, 'name').replace(/\s+/g, ' ');
  const email = text(input, 'email').toLowerCase();
  const fields: { name?: string; email?: string } = {};
  if (name.length < 2 || name.length > 80 || /\p{Cc}/u.test(name)) {
    fields.name = 'Enter your name, 2 to 80 characters.';
  }
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    fields.email = 'Enter an email address like robin@example.org.';
  }
  return Object.keys(fields).length > 0
    ? { status: 'invalid', fields }
    : { status: 'valid', registration: { name, email } };
}

function text(input: unknown, key: string): string {
  const value = field(input, key);
  return typeof value === 'string' ? value.trim() : '';
}

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The season's workshops, on the Saturdays that follow. */
function season(now: Date): readonly Omit<Workshop, 'seatsLeft'>[] {
  const saturday = (weeks: number) => {
    const days = ((6 - now.getUTCDay() + 7) % 7) + 7 * weeks;
    return isoDate(new Date(now.getTime() + days * 24 * 60 * 60 * 1000));
  };
  return [
    {
      id: 'living-soil',
      title: 'Living soil and compost',
      summary: 'Read a soil with your hands, build a hot compost heap and take a starter home.',
      host: 'Amina',
      place: 'The walled garden',
      date: saturday(1),
      hours: '10:00–16:00',
      seats: 12,
    },
    {
      id: 'water',
      title: 'Water that stays',
      summary: 'Find contour lines with an A-frame, dig a swale, plan where the rain should go.',
      host: 'Jonas',
      place: 'The upper meadow',
      date: saturday(2),
      hours: '09:30–15:30',
      seats: 10,
    },
    {
      id: 'food-forest',
      title: 'A food forest in seven layers',
      summary: 'From canopy to roots: choose companions and plant the first guild together.',
      host: 'Maëlle',
      place: 'The young orchard',
      date: saturday(4),
      hours: '10:00–17:00',
      seats: 14,
    },
    {
      id: 'seeds',
      title: 'Saving seeds',
      summary: 'Harvest, clean, dry and label; swap varieties with the members’ seed library.',
      host: 'Tomás',
      place: 'The seed room',
      date: saturday(6),
      hours: '14:00–17:00',
      seats: 8,
    },
  ];
}
