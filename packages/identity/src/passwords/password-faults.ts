import type { SecurityPolicy } from '../policy/security-policy.store.ts';

const LONGEST = 128;

/** Rules a password may break. */
export type PasswordFault =
  | 'too_short'
  | 'too_long'
  | 'no_uppercase'
  | 'no_lowercase'
  | 'no_number'
  | 'no_special_character'
  | 'holds_the_email';

/** Every rule of the policy that a password breaks; lengths are counted in code points. */
export function passwordFaults(
  password: string,
  policy: SecurityPolicy,
  email: string,
): PasswordFault[] {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  const name = email.split('@', 1)[0]?.toLowerCase() ?? '';
  const rules: readonly (readonly [PasswordFault, boolean])[] = [
    ['too_short', length < policy.passwordMinLength],
    ['too_long', length > LONGEST],
    ['no_uppercase', policy.passwordRequireUppercase && !/\p{Lu}/u.test(text)],
    ['no_lowercase', policy.passwordRequireLowercase && !/\p{Ll}/u.test(text)],
    ['no_number', policy.passwordRequireNumbers && !/\p{Nd}/u.test(text)],
    ['no_special_character', policy.passwordRequireSpecialChars && !/[^\p{L}\p{N}]/u.test(text)],
    ['holds_the_email', name.length > 3 && text.toLowerCase().includes(name)],
  ];
  return rules.filter(([, isBroken]) => isBroken).map(([fault]) => fault);
}
