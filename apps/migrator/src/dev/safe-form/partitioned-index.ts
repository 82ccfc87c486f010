import pg from 'pg';
import type { CatalogPartition } from '../schema-catalog.ts';
import { derivedName } from './derived-name.ts';
import type { Change } from './read-changes.ts';
import { buildIndex } from './safe-indexes.ts';
import type { Step } from './step.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

const NAME = `(?:"(?:[^"]|"")*"|[\\w$\\x80-\\uffff]+)`;
const HEAD = new RegExp(
  `^(create\\s+(?:unique\\s+)?index)\\s+${NAME}\\s+on\\s+(?:only\\s+)?${NAME}(?:\\s*\\.\\s*${NAME})?`,
  'i',
);

/**
 * An index of a partitioned table: built on each partition beside readers and writers, then made on
 * the parents alone, to which those of the partitions are attached.
 *
 * @param partitions all below the table, parents first
 */
export function buildPartitionedIndex(
  { text, name, table }: Change,
  partitions: readonly CatalogPartition[],
): Step[] {
  const indexes = partitions.map((partition) => ({
    ...partition,
    index: derivedName([partition.name, name], 'part'),
    on: `${quote(partition.schema)}.${quote(partition.name)}`,
  }));
  const at = (index: string, on: string) =>
    text.replace(HEAD, (_, create: string) => `${create} ${quote(index)} ON ${on}`);
  const leaves = indexes.filter(({ isPartitioned }) => !isPartitioned);
  const parents = indexes.filter(({ isPartitioned }) => isPartitioned);
  const onParents = [
    at(name, `ONLY ${quote(table)}`),
    ...parents.map(({ index, on }) => at(index, `ONLY ${on}`)),
  ];
  const attached = [...indexes].reverse().map(({ schema, index, parent }) => {
    const above = indexes.find((it) => it.schema === parent.schema && it.name === parent.name);
    const whole =
      above === undefined ? quote(name) : `${quote(above.schema)}.${quote(above.index)}`;
    return `ALTER INDEX ${whole} ATTACH PARTITION ${quote(schema)}.${quote(index)}`;
  });
  const script = (title: string, statements: readonly string[]) =>
    statements.length === 0 ? [] : [`-- ${title}\n${statements.join(';\n')};`];
  return [
    ...leaves.map(({ schema, index, on }) => buildIndex(at(index, on), index, schema)),
    {
      ...{ phase: 'constrain', topic: `attach_${name}`, isAlone: false },
      up: [...script('CreateIndex', onParents), ...script('AttachIndex', attached)],
      // What is attached goes with the parent's.
      down: [
        ...script('DropIndex', [`DROP INDEX ${quote(name)}`]),
        ...script(
          'CreateIndex',
          leaves.map(({ index, on }) => at(index, on)),
        ),
      ],
    },
  ];
}
