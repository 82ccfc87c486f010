import pg from 'pg';
import { transactionUnavailable } from '../errors.ts';
import { codedRefusal, isPolicyMessage } from '../refusals.ts';
import { StatementRefused } from './statement-refused.ts';

/**
 * Runs one statement past Prisma, on a connection of the client's pool: it is its own transaction.
 * For the few statements that most requests make; texts are constants, since each is prepared by
 * name on every connection, and values are parameters. Columns come as node-postgres gives them:
 * numerics as text, instants as Date.
 *
 * @throws CodedError `DATABASE.TRANSACTION_CONFLICT`, `DATABASE.TRANSACTION_UNAVAILABLE`,
 *   `DATABASE.RULE_BROKEN`, `DATABASE.ROW_REFUSED`
 * @throws StatementRefused where PostgreSQL refused it for another reason
 */
export type RunStatement = <Row extends object>(
  text: string,
  values: readonly unknown[],
) => Promise<Row[]>;

/** Names a statement by its text, so that it is prepared once; undefined: it is not prepared. */
export type NameStatement = (query: { readonly sql: string }) => string | undefined;

/** Makes the runner of a pool. */
export function createStatementRunner(pool: pg.Pool, nameOf: NameStatement): RunStatement {
  return async <Row extends object>(text: string, values: readonly unknown[]) => {
    const name = nameOf({ sql: text });
    try {
      const { rows } = await pool.query<Row>({
        text,
        values: [...values],
        ...(name !== undefined && { name }),
      });
      return rows;
    } catch (error) {
      throw withoutText(error);
    }
  };
}

/** PostgreSQL's texts carry values of rows; what remains is its code and the names of the schema. */
function withoutText(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) {
    const { code: sqlState = '', constraint } = error;
    const isByPolicy = isPolicyMessage(error.message);
    return (
      codedRefusal({ sqlState, constraint, isByPolicy }) ??
      new StatementRefused(sqlState, constraint)
    );
  }
  // The pool's own words: it has no code for a wait that was too long.
  const isWaiting = error instanceof Error && /timeout/.test(error.message);
  return isWaiting ? transactionUnavailable(error) : error;
}
