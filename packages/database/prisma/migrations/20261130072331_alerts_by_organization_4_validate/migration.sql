-- ValidateConstraint
ALTER TABLE "security_alerts" VALIDATE CONSTRAINT "security_alerts_organization_id_fkey";
