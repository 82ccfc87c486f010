-- DropConstraint
ALTER TABLE "security_alerts" DROP CONSTRAINT "security_alerts_organization_id_fkey";

-- AddConstraint
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT NOT VALID;
