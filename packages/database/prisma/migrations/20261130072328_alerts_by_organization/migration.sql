-- AlterTable
ALTER TABLE "security_alerts" ADD COLUMN     "organization_id" UUID;
