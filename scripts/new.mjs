// `pnpm new`: the right way as the short way. Everything is written, composed, and taken back where
// it does not compose.
import { reportFailure } from './run-stages.mjs';
import { newDomain } from './new/domain.mjs';
import { ScaffoldError } from './new/fault.mjs';
import { newMigration } from './new/migration.mjs';
import { newModel } from './new/model.mjs';
import { newRoute } from './new/route.mjs';
import { newRule } from './new/rule.mjs';
import { newSeed } from './new/seed.mjs';

const USAGE = `Usage: pnpm new domain NAME MODEL --classification WORD [--needs DOMAIN,...]
       pnpm new model DOMAIN NAME --classification WORD
       pnpm new seed DOMAIN MODEL
       pnpm new route DOMAIN/NAME --permission WORD [--model MODEL]
       pnpm new rule DOMAIN CODE
       pnpm new migration NAME

  domain     a package that owns a part of the schema, with its first model
  model      a model of a domain: appointments.prisma for Appointment
  seed       reference data of a model, by its first unique field
  route      GET /v1/NAME: the rows of a model to who holds a permission, audited,
             in the document and the access matrix, with its use case and test
  rule       a lint rule of a domain: what no migration may do to its tables
  migration  the migration for what changed in the fragments

  --classification  who may see the model's fields: a word of schema.config.json
  --needs           domains whose models its fragments will name
  --permission      who may ask; without it nobody may, and nothing is written
  --model           the model that a route lists; else the table of its name
  --dry-run         tell which files would be written, and write none

Examples:
  pnpm new domain scheduling Appointment --classification phi --needs clinical,identity
  pnpm new model billing Voucher --classification public
  pnpm new seed ai AnalysisQueue
  pnpm new route billing/subscription-plans --permission MANAGE_PLANS
  pnpm new rule billing ledger-emptied
  pnpm new migration add_vouchers
`;

const KINDS = {
  domain: newDomain,
  model: newModel,
  seed: newSeed,
  route: newRoute,
  rule: newRule,
  migration: newMigration,
};

const [kind = '', ...rest] = process.argv.slice(2);

try {
  if (rest.includes('--help') || kind === '--help' || kind === 'help') {
    process.stdout.write(USAGE);
  } else if (!Object.hasOwn(KINDS, kind)) {
    process.stderr.write(kind === '' ? USAGE : `There is no new "${kind}".\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    process.exitCode = await KINDS[kind](readArguments(rest));
  }
} catch (error) {
  if (error instanceof ScaffoldError) {
    process.stderr.write(`${error.message}\nfix: ${error.fix}\n`);
    process.exitCode = 2;
  } else process.exitCode = reportFailure(error);
}

/** Names in their order, and the values of options. */
function readArguments(args) {
  const read = { names: [] };
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === '--dry-run') {
      read.dryRun = true;
      continue;
    }
    const option = /^--(classification|model|needs|permission)(?:=(.*))?$/s.exec(args[at]);
    if (option === null && args[at].startsWith('-')) {
      throw new ScaffoldError(`${args[at]} is no option.`, 'Run `pnpm new --help`.');
    }
    if (option === null) read.names.push(args[at]);
    else read[option[1]] = option[2] ?? args[(at += 1)] ?? '';
  }
  return read;
}
