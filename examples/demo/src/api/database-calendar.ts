import { Pool, type ClientConfig } from 'pg';
import { inTransaction, readAgain } from '../database.js';
import { field } from '../field.js';
import type { Calendar, Registration, RegistrationResult, Workshop } from './workshops.js';

const COLUMNS = `id, title, summary, host, place, to_char(date, 'YYYY-MM-DD') as date, hours, seats,
  seats - (select count(*) from registrations where workshop = workshops.id)::integer as "seatsLeft"`;

/** The cooperative's calendar in its database: all processes have the same. */
export class DatabaseCalendar implements Calendar {
  readonly #pool: Pool;

  constructor(database: ClientConfig) {
    this.#pool = new Pool({ ...database, max: 5 });
    // Of a connection that nobody uses; the next query gets another one.
    this.#pool.on('error', (error) => {
      console.error(`The database ended a connection: ${error.message}`);
    });
  }

  async check(): Promise<void> {
    await readAgain(() => this.#pool.query('select from workshops limit 1'));
  }

  async upcoming(now: Date): Promise<readonly Workshop[]> {
    const { rows } = await readAgain(() =>
      this.#pool.query<Workshop>(
        `select ${COLUMNS} from workshops where date >= ($1::timestamptz at time zone 'utc')::date order by date`,
        [now],
      ),
    );
    return rows;
  }

  register(id: string, { name, email }: Registration, now: Date): Promise<RegistrationResult> {
    return inTransaction(this.#pool, async (query) => {
      // Locked, so that two registrations at once count the same seats.
      const [found] = await query(
        `select seats, date < ($2::timestamptz at time zone 'utc')::date as past from workshops where id = $1 for update`,
        [id, now],
      );
      if (found === undefined) return { status: 'unknown' };
      if (field(found, 'past') === true) return { status: 'past' };
      const [taken] = await query(
        'select count(*)::integer as count, coalesce(bool_or(email = $2), false) as already from registrations where workshop = $1',
        [id, email],
      );
      if (field(taken, 'already') === true) return { status: 'already' };
      if (Number(field(taken, 'count')) >= Number(field(found, 'seats'))) return { status: 'full' };
      await query('insert into registrations (workshop, email, name) values ($1, $2, $3)', [
        ...[id, email, name],
      ]);
      const [workshop] = await query(`select ${COLUMNS} from workshops where id = $1`, [id]);
      return { status: 'registered', workshop: workshop as Workshop }; // Its columns are a workshop's.
    });
  }
}
