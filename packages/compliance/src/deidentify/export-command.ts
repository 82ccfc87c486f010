import type { PackageCommand } from '../command/package-command.ts';
import { choice, id, required, text } from '../command/read-option.ts';
import { optionUnfit, organizationUnknown } from '../errors.ts';
import { EXPORT_PROFILES } from './export-profile.ts';
import { LIMITED_PURPOSES, type LimitedPurpose } from './limited-purpose.ts';

const PURPOSES = Object.keys(LIMITED_PURPOSES) as LimitedPurpose[];

/** The command that exports records without those whom they are about. */
export const exportCommand: PackageCommand = {
  name: 'export deidentified',
  summary:
    'write the records without the patients: Safe Harbor, moved dates, or a limited data set',
  options: [
    { flags: '--out <folder>', summary: 'where it goes; a folder that is not there yet' },
    {
      flags: '--profile <word>',
      summary: 'safe-harbor (the default), date-shift or limited-data-set',
    },
    { flags: '--organization <id>', summary: 'only the charts that this organisation keeps' },
    {
      flags: '--approved-by <user>',
      summary: 'id or address of the user who approves it; needs RECORD_DISCLOSURES',
    },
    {
      flags: '--agreement <id>',
      summary: 'the data use agreement of the recipient; with limited-data-set',
    },
    {
      flags: '--purpose <word>',
      summary: 'research (the default), public-health or operations; with limited-data-set',
    },
    {
      flags: '--shift-key <file>',
      summary: 'keep the key of moved dates, or use it again; with date-shift',
    },
    { flags: '--dry-run', summary: 'count what would leave and what would not; write nothing' },
  ],
  examples: [
    'export deidentified --dry-run',
    'export deidentified --out study-7 --approved-by ada@clinic.example',
    'export deidentified --profile limited-data-set --agreement 0190… --out study-8 --approved-by …',
  ],
  async run(context, { options }) {
    const profile =
      choice(options['profile'], '--profile', EXPORT_PROFILES) ?? ('SAFE_HARBOR' as const);
    const isDryRun = options['dryRun'] === true;
    const isLimited = profile === 'LIMITED_DATA_SET';
    for (const name of ['agreement', 'purpose']) {
      if (!isLimited && options[name] !== undefined) {
        throw optionUnfit(`--${name}`, '--profile limited-data-set');
      }
    }
    if (profile !== 'DATE_SHIFT' && options['shiftKey'] !== undefined) {
      throw optionUnfit('--shift-key', '--profile date-shift');
    }
    const organizationId =
      options['organization'] === undefined ? null : id(options['organization'], '--organization');
    const agreementId = isLimited ? id(options['agreement'], '--agreement') : null;
    const purpose = isLimited
      ? (choice(options['purpose'], '--purpose', PURPOSES) ?? ('RESEARCH' as const))
      : null;
    const folder = isDryRun ? null : required(options['out'], '--out');
    const person = isDryRun ? null : required(options['approvedBy'], '--approved-by');
    if (organizationId !== null) {
      const { rows } = await context.session.query(`select from organizations where id = $1`, [
        organizationId,
      ]);
      if (rows.length === 0) throw organizationUnknown();
    }
    const { carryOutExport } = await import('./carry-out-export.ts');
    const { renderExport } = await import('./render-export.ts');
    if (agreementId !== null) {
      const { requireAgreement } = await import('./data-use-agreement.ts');
      await requireAgreement(context, agreementId, organizationId);
    }
    const { findPermitted } = await import('../people/find-permitted.ts');
    const permission = 'RECORD_DISCLOSURES';
    const approvedById =
      person === null
        ? null
        : await findPermitted(context, { option: '--approved-by', person, permission });
    const shiftKeyFile = text(options['shiftKey']);
    return renderExport(
      await carryOutExport(context, {
        ...{ profile, folder, organizationId, agreementId, purpose, shiftKeyFile, approvedById },
      }),
    );
  },
};
