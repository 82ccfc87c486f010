import type { Report } from './diagnostic.ts';
import type { DomainPackage } from './workspace.ts';

/** Domains so that each follows what it depends on, ties by name; every cycle is reported, once. */
export function orderDomains(domains: readonly DomainPackage[], report: Report): DomainPackage[] {
  const remaining = [...domains];
  const ordered: DomainPackage[] = [];
  const placed = new Set<string>();
  while (remaining.length > 0) {
    const free = remaining.findIndex((each) => each.dependencies.every((name) => placed.has(name)));
    // Where none is free there is a cycle; one of its domains goes first, so that others are found.
    const next = free < 0 ? remaining.indexOf(reportCycle(remaining, report)) : free;
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

/** Reports a cycle among domains none of which is free; answers one of it. */
function reportCycle(domains: readonly DomainPackage[], report: Report): DomainPackage {
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
  if (first === undefined) throw new TypeError('There is no domain to order.');
  report({
    code: 'DOMAIN_CYCLE',
    message: `Domains depend on each other: ${[...cycle, first].map(({ name }) => name).join(' -> ')}.`,
    at: first.declaredAt,
    related: others.map(({ declaredAt }) => ({ message: 'through', at: declaredAt })),
    fix: 'Turn one of the references into a plain id with @softref, and drop that dependency.',
  });
  return first;
}
