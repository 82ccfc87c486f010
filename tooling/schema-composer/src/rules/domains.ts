import type { Span } from '../source-file.ts';
import type { DomainPackage } from '../workspace.ts';
import type { RuleInput } from './check-rules.ts';

/** Datasource and generators belong to the base. */
export function fragmentsHoldNoConfiguration({ owned, config, report }: RuleInput): void {
  for (const { block } of owned) {
    if (block.kind !== 'datasource' && block.kind !== 'generator') continue;
    report({
      code: 'CONFIGURATION_IN_FRAGMENT',
      message: `A fragment holds no ${block.kind}.`,
      at: block.nameSpan,
      fix: `Move it to ${config.base}.`,
    });
  }
}

/** A fragment names models and enums of the domains its package depends on, and of no other. */
export function declaredDomains(input: RuleInput): void {
  for (const { from, to, name, at } of references(input)) {
    if (from.dependencies.includes(to.name)) continue;
    input.report({
      code: 'UNDECLARED_DOMAIN',
      message: `${name} belongs to the domain ${to.name}, on which ${from.name} does not depend.`,
      at,
      related: [{ message: `the domain ${from.name} is declared at`, at: from.declaredAt }],
      fix: to.dependencies.includes(from.name)
        ? `${to.name} depends on ${from.name}: keep a plain id here, with @softref.`
        : `Add ${to.packageName} to the dependencies in ${from.directory}/package.json.`,
    });
  }
}

/** An internal model is reached from its own domain only, also by a soft reference. */
export function internalModelsStayInside(input: RuleInput): void {
  const { schema, report } = input;
  const soft = schema.models.flatMap(({ domain, fields }) =>
    fields.flatMap(({ annotations: { softref } }) => {
      if (softref === null || 'via' in softref) return [];
      const to = schema.modelOf.get(softref.model)?.domain;
      return to === undefined || to === domain
        ? []
        : [{ from: domain, to, name: softref.model, at: softref.at }];
    }),
  );
  for (const { to, name, at } of [...references(input), ...soft]) {
    const model = schema.modelOf.get(name);
    if (model?.annotations.internal !== true) continue;
    report({
      code: 'INTERNAL_MODEL',
      message: `${name} is internal to the domain ${to.name}.`,
      at,
      related: [{ message: 'it stands at', at: model.block.nameSpan }],
      fix: `Refer to another model of ${to.name}, or ask its owners to open this one.`,
    });
  }
}

interface Reference {
  readonly from: DomainPackage;
  readonly to: DomainPackage;
  readonly name: string;
  readonly at: Span;
}

/** Types of fields that another domain owns. */
function references({ schema }: RuleInput): Reference[] {
  return schema.models.flatMap(({ domain, block }) =>
    block.members.flatMap(({ type, typeSpan }) => {
      const to = (schema.modelOf.get(type) ?? schema.enumOf.get(type))?.domain;
      return to === undefined || to === domain
        ? []
        : [{ from: domain, to, name: type, at: typeSpan }];
    }),
  );
}
