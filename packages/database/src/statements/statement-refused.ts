/** PostgreSQL refused a statement; its own words, which repeat values, are left out. */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused';
  /** SQLSTATE, such as `23503`; an error's `code` is logged. */
  readonly code: string;
  /** Name of the constraint that refused it. */
  readonly constraint: string | undefined;

  constructor(code: string, constraint: string | undefined) {
    super(`PostgreSQL refused a statement (SQLSTATE ${code}).`);
    this.code = code;
    this.constraint = constraint;
  }
}
