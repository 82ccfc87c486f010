import type { PackageCommand } from '../command/package-command.ts';
import { choice, count, required, text } from '../command/read-option.ts';
import { optionMissing } from '../errors.ts';

/** The commands that keep the keys of a database. */
export const keyCommands: readonly PackageCommand[] = [
  {
    name: 'keys list',
    summary: 'the versions of every key and their states, without the keys',
    options: [
      { flags: '--count', summary: 'count what is encrypted under each: reads every such table' },
    ],
    examples: ['keys list', 'keys list --count --json'],
    async run(context, { options }) {
      const { tellKeys } = await import('./list-keys.ts');
      return await tellKeys(context, options['count'] === true);
    },
  },
  {
    name: 'keys rotate',
    summary: 'make a new version of a key, which protects from now on; the old one still opens',
    options: [
      { flags: '--alias <name>', summary: 'data, audit-mac or audit-signing (default: data)' },
      {
        flags: '--reason <word>',
        summary: 'scheduled, uses-exhausted, compromise, algorithm, requested (the default)',
      },
      { flags: '--dry-run', summary: 'tell what would be done, and change nothing' },
      { flags: '--yes', summary: 'do it' },
    ],
    examples: ['keys rotate --dry-run', 'keys rotate --alias audit-mac --reason scheduled --yes'],
    async run(context, { options }) {
      const { ROTATION_REASONS } = await import('@holovitals/database');
      const { carryOutRotation } = await import('./rotate-key.ts');
      return await carryOutRotation(context, {
        alias: text(options['alias']) ?? 'data',
        reason: choice(options['reason'], '--reason', ROTATION_REASONS) ?? 'REQUESTED',
        isDryRun: options['dryRun'] === true,
        isConfirmed: options['yes'] === true,
      });
    },
  },
  {
    name: 'keys reencrypt',
    summary: 'bring every value under the active version of the data key, while writers go on',
    options: [
      { flags: '--table <name>', summary: 'only the values of this table' },
      { flags: '--batch <rows>', summary: 'the most rows of one transaction (default: 500)' },
    ],
    examples: ['keys reencrypt', 'keys reencrypt --table patients --batch 100'],
    async run(context, { options }) {
      const { carryOutReencryption } = await import('./reencrypt-values.ts');
      return await carryOutReencryption(context, {
        table: text(options['table']),
        batch: count(options['batch'], '--batch') ?? 500,
      });
    },
  },
  {
    name: 'keys rewrap',
    summary: 'wrap every key anew under another key-encryption key; no value is touched',
    options: [
      {
        flags: '--to <place>',
        summary: 'env:NAME, file:PATH or kms:KEY_ID; the environment names what wraps them now',
      },
      { flags: '--dry-run', summary: 'try it with every key, and change nothing' },
      { flags: '--yes', summary: 'do it' },
    ],
    examples: [
      'keys rewrap --to file:/run/secrets/kek --dry-run',
      'keys rewrap --to kms:alias/records --yes',
    ],
    async run(context, { options }) {
      const { carryOutRewrapping } = await import('./rewrap-keys.ts');
      return await carryOutRewrapping(context, {
        to: required(options['to'], '--to'),
        isDryRun: options['dryRun'] === true,
        isConfirmed: options['yes'] === true,
      });
    },
  },
  {
    name: 'keys verify',
    summary: 'prove that every encrypted value opens in its place, and count them by version',
    options: [{ flags: '--table <name>', summary: 'only the values of this table' }],
    examples: ['keys verify', 'keys verify --table patients --json'],
    async run(context, { options }) {
      const { tellProof } = await import('./verify-values.ts');
      return await tellProof(context, text(options['table']));
    },
  },
  {
    name: 'keys destroy',
    summary: 'destroy a retired version of the data key, with all that is still under it, for ever',
    options: [
      { flags: '--version <number>', summary: 'the version, as keys list tells it' },
      { flags: '--reason <text>', summary: 'why; it stands at the key for ever' },
      { flags: '--accept-data-loss', summary: 'also where values are still encrypted under it' },
      { flags: '--dry-run', summary: 'tell what would be lost, and change nothing' },
      { flags: '--yes', summary: 'do it: it cannot be undone' },
    ],
    examples: [
      'keys destroy --version 1 --dry-run',
      'keys destroy --version 1 --reason "rotated in May" --yes',
    ],
    async run(context, { options }) {
      const version = count(options['version'], '--version');
      if (version === null) throw optionMissing('--version');
      const { carryOutDestruction } = await import('./destroy-key.ts');
      return await carryOutDestruction(context, {
        version,
        reason: text(options['reason']),
        mayLose: options['acceptDataLoss'] === true,
        isDryRun: options['dryRun'] === true,
        isConfirmed: options['yes'] === true,
      });
    },
  },
];
