-- CreateIndex
CREATE INDEX CONCURRENTLY "security_alerts_organization_id_idx" ON "security_alerts"("organization_id");
