import type { Database } from '../src/index.ts';

/** The guide's seed script, word for word but for its client: Prisma 7 wants one with an adapter. */
export async function runGuideSeed(prisma: Database): Promise<void> {
  await Promise.all([
    prisma.role.upsert({
      where: { name: 'OWNER' },
      update: {},
      create: { name: 'OWNER', description: 'Platform owner with full access', isSystem: true },
    }),
    prisma.role.upsert({
      where: { name: 'ADMIN' },
      update: {},
      create: {
        name: 'ADMIN',
        description: 'Administrator with elevated privileges',
        isSystem: true,
      },
    }),
    prisma.role.upsert({
      where: { name: 'DOCTOR' },
      update: {},
      create: { name: 'DOCTOR', description: 'Healthcare provider', isSystem: true },
    }),
    prisma.role.upsert({
      where: { name: 'PATIENT' },
      update: {},
      create: { name: 'PATIENT', description: 'Patient user', isSystem: true },
    }),
  ]);
  await Promise.all([
    prisma.permission.upsert({
      where: { name: 'READ_PHI' },
      update: {},
      create: {
        name: 'READ_PHI',
        description: 'Read protected health information',
        scope: 'PHI',
      },
    }),
    prisma.permission.upsert({
      where: { name: 'WRITE_PHI' },
      update: {},
      create: {
        name: 'WRITE_PHI',
        description: 'Write protected health information',
        scope: 'PHI',
      },
    }),
    prisma.permission.upsert({
      where: { name: 'DELETE_PHI' },
      update: {},
      create: {
        name: 'DELETE_PHI',
        description: 'Delete protected health information',
        scope: 'PHI',
      },
    }),
    prisma.permission.upsert({
      where: { name: 'MANAGE_USERS' },
      update: {},
      create: { name: 'MANAGE_USERS', description: 'Manage user accounts', scope: 'SYSTEM' },
    }),
  ]);
  await Promise.all([
    prisma.dataRetentionPolicy.upsert({
      where: { name: 'AUDIT_LOGS' },
      update: {},
      create: {
        name: 'AUDIT_LOGS',
        description: 'HIPAA-compliant audit log retention',
        retentionPeriodDays: 2555,
        dataType: 'AUDIT_LOG',
        isActive: true,
      },
    }),
    prisma.dataRetentionPolicy.upsert({
      where: { name: 'MEDICAL_RECORDS' },
      update: {},
      create: {
        name: 'MEDICAL_RECORDS',
        description: 'Medical record retention',
        retentionPeriodDays: 3650,
        dataType: 'MEDICAL_RECORD',
        isActive: true,
      },
    }),
  ]);
  await prisma.securityConfiguration.upsert({
    where: { id: 'default' },
    update: {},
    create: {
      id: 'default',
      passwordMinLength: 12,
      passwordRequireUppercase: true,
      passwordRequireLowercase: true,
      passwordRequireNumbers: true,
      passwordRequireSpecialChars: true,
      passwordExpiryDays: 90,
      maxLoginAttempts: 5,
      lockoutDurationMinutes: 30,
      sessionTimeoutMinutes: 30,
      requireMfa: false,
      allowedIpRanges: [],
      isActive: true,
    },
  });
}
