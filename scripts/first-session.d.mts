export function firstSession(
  base: string,
  account: { readonly email: string; readonly password: string },
): string[];
