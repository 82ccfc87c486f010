-- DropConstraint
ALTER TABLE "security_alerts" DROP CONSTRAINT "security_alerts_organization_id_fkey";
