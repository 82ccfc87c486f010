import type { Deprecation, SourcePlace } from '@holovitals/schema-composer';
import type { LikelyRename } from '../change.ts';
import type { RuleCode } from '../rules.ts';

/** A difference that no rule has judged yet. */
export interface Difference {
  readonly rule: RuleCode;
  readonly domain: string;
  readonly subject: string;
  readonly message: string;
  readonly place: SourcePlace | null;
  /** The model or enum it is about, by its older name where it has one. */
  readonly block: string;
  /** The field or value, by its older name. */
  readonly member: string | null;
  readonly likelyRename?: LikelyRename;
}

/** Takes a difference; what it is about is known from where it is called. */
export type Note = (
  rule: RuleCode,
  message: string,
  more?: Partial<Pick<Difference, 'member' | 'place' | 'domain' | 'likelyRename'>>,
) => void;

/** A note-taker for one model or enum. */
export function noteFor(
  differences: Difference[],
  about: { readonly domain: string; readonly block: string; readonly place: SourcePlace | null },
): Note {
  return (rule, message, more = {}) => {
    const member = more.member ?? null;
    differences.push({
      rule,
      domain: about.domain,
      block: about.block,
      place: about.place,
      subject: member === null ? about.block : `${about.block}.${member}`,
      message,
      ...more,
      member,
    });
  };
}

interface Deprecable {
  readonly deprecated: Deprecation | null;
}

/** Tells of something that is announced to go, or whose announcement changed. */
export function compareDeprecation(
  name: string,
  older: Deprecable,
  newer: Deprecable,
  note: Note,
  at?: Parameters<Note>[2],
): void {
  const [was, is] = [older.deprecated, newer.deprecated];
  if (JSON.stringify(was) === JSON.stringify(is)) return;
  const goes = is?.sunset == null ? '' : ` and may go in ${is.sunset}`;
  if (is === null) note('DEPRECATION_CHANGED', `${name} is no longer deprecated.`, at);
  else if (was === null) note('DEPRECATED', `${name} is deprecated${goes}.`, at);
  else note('DEPRECATION_CHANGED', `${name} stays deprecated${goes}.`, at);
}

/** A sentence's end for a changed text: `from a to b`, absence told as `none`. */
export function fromTo(before: string | null, after: string | null): string {
  return `from ${before ?? 'none'} to ${after ?? 'none'}`;
}

/** SQL without differences of spacing. */
export function squeeze(sql: string | null): string | null {
  return sql === null ? null : sql.replace(/\s+/g, ' ').trim();
}
