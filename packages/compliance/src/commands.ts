import { count, id, list, required, seconds, text } from './command/read-option.ts';
import type { PackageCommand } from './command/package-command.ts';
import { exportCommand } from './deidentify/export-command.ts';
import { approvalMissing } from './errors.ts';
import { fileCommands } from './stored-files/file-commands.ts';
import { keyCommands } from './keys/key-commands.ts';

/** What `migrator` does besides, when this package is in its workspace. */
export const commands: readonly PackageCommand[] = [
  {
    name: 'archive',
    summary: 'take audit months whose retention is over out of the database, into encrypted files',
    options: [
      { flags: '--dir <folder>', summary: 'where the files go (default: archives)' },
      {
        flags: '--recipient <key>',
        summary: 'who can open them, age1…; BACKUP_RECIPIENTS unless told',
        isMany: true,
      },
      { flags: '--dry-run', summary: 'tell which months are due or kept, and change nothing' },
    ],
    examples: ['archive --dry-run', 'archive --dir /archive/audit --recipient age1…'],
    async run(context, { options }) {
      const { archiveMonths, previewArchive, renderArchive, renderKept } =
        await import('./archive/archive.ts');
      if (options['dryRun'] !== true) {
        const folder = text(options['dir']) ?? 'archives';
        const recipients = list(options['recipient']);
        return renderArchive(await archiveMonths(context, { folder, recipients }));
      }
      const data = await previewArchive(context);
      const lines = data.due.map(({ partition, rows }) => `due       ${partition}: ${rows} row(s)`);
      return { data, text: [...lines, ...renderKept(data)].join('\n'), state: 'done' };
    },
  },
  {
    name: 'archive restore',
    summary: 'prove an archive, and load its rows into a schema of its own, for an investigation',
    parameters: [{ name: 'file', summary: 'a file that archive wrote' }],
    options: [
      { flags: '--schema <name>', summary: 'the schema (default: audit_restored)' },
      {
        flags: '--identity <file>',
        summary: 'a secret key; BACKUP_IDENTITY_FILE unless told',
        isMany: true,
      },
      { flags: '--reason <text>', summary: 'what it is for; it stands in the audit trail' },
      { flags: '--unlisted', summary: 'also a file that no manifest of this database names' },
      { flags: '--dry-run', summary: 'prove the file, and restore nothing' },
    ],
    examples: [
      'archive restore archives/audit_logs_2018_01-….rows.age --identity archive.key --reason "case 4711"',
    ],
    async run(context, { parameters: [file = ''], options }) {
      const { restoreArchive } = await import('./archive/restore-archive.ts');
      const data = await restoreArchive(context, {
        file,
        identityFiles: list(options['identity']),
        schema: text(options['schema']) ?? 'audit_restored',
        isDryRun: options['dryRun'] === true,
        isUnlisted: options['unlisted'] === true,
        reason: text(options['reason']),
      });
      const { partition, rows, isListed, table } = data;
      const proof = isListed ? 'as its manifest says' : 'by its own word';
      const where = table === null ? 'nothing was restored' : `restored into ${table}`;
      return {
        data,
        text: `proven    ${partition}: ${rows} row(s), ${proof}; ${where}`,
        state: 'done',
      };
    },
  },
  {
    name: 'audit seal',
    summary: 'close the rows of the audit trail into signed checkpoints, and copy these to files',
    options: [
      {
        flags: '--dir <folder>',
        summary: 'where the copies go, best on another machine (default: checkpoints)',
      },
      { flags: '--every <seconds>', summary: 'go on, a round so often, until it is stopped' },
    ],
    examples: ['audit seal', 'audit seal --every 1 --dir /mnt/elsewhere/checkpoints'],
    async run(context, { options }) {
      const every = seconds(options['every'], '--every');
      const { openSealer, sealAgain } = await import('./seal/seal-audit.ts');
      const sealer = await openSealer(context, text(options['dir']) ?? 'checkpoints');
      const data = every === null ? await sealer.seal() : await sealAgain(context, sealer, every);
      const { rows, checkpoints, copied } = data;
      return {
        data,
        text: `sealed    ${rows} row(s) in ${checkpoints} checkpoint(s); ${copied} copied`,
        state: 'done',
      };
    },
  },
  {
    name: 'audit verify',
    summary: 'prove that no row of the audit trail was changed, added, moved or taken away',
    options: [
      {
        flags: '--copies <folder>',
        summary: 'compare the checkpoints with the copies that audit seal wrote',
      },
    ],
    examples: ['audit verify --copies /mnt/elsewhere/checkpoints', 'audit verify --json'],
    async run(context, { options }) {
      const { verifyAudit } = await import('./seal/verify-audit.ts');
      const { renderVerification } = await import('./seal/render-verification.ts');
      return renderVerification(await verifyAudit(context, text(options['copies'])), context.now);
    },
  },
  {
    name: 'audit watch',
    summary: 'look for suspicious acts in what is new in the audit trail, and raise alerts',
    options: [
      { flags: '--every <seconds>', summary: 'go on, a round so often, until it is stopped' },
    ],
    examples: ['audit watch', 'audit watch --every 60'],
    async run(context, { options }) {
      const every = seconds(options['every'], '--every');
      const { detectors } = await import('./watch/detectors.ts');
      const { openLocations } = await import('./watch/locations.ts');
      const { openWatcher, watchAgain } = await import('./watch/watch-audit.ts');
      const file = process.env['IP_LOCATIONS'] ?? '';
      const locate = file === '' ? null : openLocations(file);
      if (locate === null) context.say('IP_LOCATIONS is not set: no impossible travel is seen');
      const watcher = await openWatcher(context, { detectors, locate });
      const data =
        every === null
          ? await watcher.watch(context.now)
          : await watchAgain(context, watcher, every);
      const { rows, raised, repeated } = data;
      return {
        data,
        text: `watched   ${rows} row(s); ${raised} alert(s) raised, ${repeated} seen again`,
        state: 'done',
      };
    },
  },
  ...keyCommands,
  ...fileCommands,
  exportCommand,
  {
    name: 'explain access',
    summary: 'why an account may reach a patient’s record, or may not, rule by rule',
    options: [
      { flags: '--user <user>', summary: 'id or address of the account' },
      { flags: '--patient <id>', summary: 'id of the patient' },
      { flags: '--list <name>', summary: 'the list of the row: diagnoses; with --record' },
      { flags: '--record <id>', summary: 'id of the row; the patient as a person unless told' },
      { flags: '--write', summary: 'to write, not to read' },
      {
        flags: '--purpose <code>',
        summary: 'as of a call with this purpose of use (default: TREAT)',
      },
      { flags: '--one-factor', summary: 'as of a session that showed no second factor' },
    ],
    examples: ['explain access --user ada@clinic.example --patient 0190…'],
    async run(context, { options }) {
      const { explainAtTerminal } = await import('./explain/explain-at-terminal.ts');
      return await explainAtTerminal(context, {
        person: required(options['user'], '--user'),
        patientId: id(options['patient'], '--patient'),
        purposeOfUse: text(options['purpose']),
        list: text(options['list']),
        recordId: options['record'] === undefined ? null : id(options['record'], '--record'),
        isWrite: options['write'] === true,
        hasMfa: options['oneFactor'] !== true,
      });
    },
  },
  {
    name: 'retention run',
    summary:
      'carry out the retention policies: count what is due, or remove it, with a certificate',
    options: [
      { flags: '--dry-run', summary: 'count what is due and what keeps rows, and remove nothing' },
      {
        flags: '--approved-by <user>',
        summary: 'id or address of the user who approves it; needs MANAGE_RETENTION',
      },
      {
        flags: '--dir <folder>',
        summary: 'where certificates and archives go (default: archives)',
      },
      {
        flags: '--recipient <key>',
        summary: 'who can open archives, age1…; BACKUP_RECIPIENTS unless told',
        isMany: true,
      },
      { flags: '--batch <rows>', summary: 'the most rows of one transaction (default: 1000)' },
      { flags: '--rate <rows>', summary: 'the most rows a second' },
    ],
    examples: [
      'retention run --dry-run',
      'retention run --approved-by ada@clinic.example --rate 500',
    ],
    async run(context, { options }) {
      const { runRetention } = await import('./retention/run-retention.ts');
      const { renderRetention } = await import('./retention/render-retention.ts');
      const approver = text(options['approvedBy']);
      const isDryRun = options['dryRun'] === true;
      if (!isDryRun && approver === null) throw approvalMissing();
      const { findPermitted } = await import('./people/find-permitted.ts');
      const approvedById =
        isDryRun || approver === null
          ? null
          : await findPermitted(context, {
              ...{ option: '--approved-by', person: approver, permission: 'MANAGE_RETENTION' },
            });
      const reports = await runRetention(context, {
        approvedById,
        folder: text(options['dir']) ?? 'archives',
        recipients: list(options['recipient']),
        batch: count(options['batch'], '--batch') ?? 1000,
        rate: count(options['rate'], '--rate'),
      });
      return renderRetention(reports, isDryRun);
    },
  },
];
