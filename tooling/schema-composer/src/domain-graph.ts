import type { Report } from './diagnostic.ts';
import type { DomainPackage } from './workspace.ts';

/** Domains so that each follows what it depends on, ties by name; a cycle is reported. */
export function orderDomains(domains: readonly DomainPackage[], report: Report): DomainPackage[] {
  const remaining = [...domains];
  const ordered: DomainPackage[] = [];
  const placed = new Set<string>();
  while (remaining.length > 0) {
    const next = remaining.findIndex((each) => each.dependencies.every((name) => placed.has(name)));
    if (next < 0) {
      reportCycle(remaining, report);
      return [...ordered, ...remaining];
    }
    const [domain] = remaining.splice(next, 1);
    if (domain === undefined) break;
    placed.add(domain.name);
    ordered.push(domain);
  }
  return ordered;
}

/** The domain with everything it depends on, near and far. */
export function closureOf(domain: string, domains: readonly DomainPackage[]): Set<string> {
  const byName = new Map(domains.map((each) => [each.name, each]));
  const closure = new Set<string>();
  const visit = (name: string): void => {
    if (closure.has(name)) return;
    closure.add(name);
    byName.get(name)?.dependencies.forEach(visit);
  };
  visit(domain);
  return closure;
}

function reportCycle(domains: readonly DomainPackage[], report: Report): void {
  const byName = new Map(domains.map((each) => [each.name, each]));
  const path: DomainPackage[] = [];
  let current = domains[0];
  while (current !== undefined && !path.includes(current)) {
    path.push(current);
    const next = current.dependencies.find((name) => byName.has(name));
    current = next === undefined ? undefined : byName.get(next);
  }
  const cycle = current === undefined ? path : path.slice(path.indexOf(current));
  const [first, ...others] = cycle;
  if (first === undefined) return;
  report({
    code: 'DOMAIN_CYCLE',
    message: `Domains depend on each other: ${[...cycle, first].map(({ name }) => name).join(' -> ')}.`,
    at: first.declaredAt,
    related: others.map(({ declaredAt }) => ({ message: 'through', at: declaredAt })),
    fix: 'Turn one of the references into a plain id with @softref, and drop that dependency.',
  });
}
