-- DropIndex
DROP INDEX "audit_logs_organization_id_timestamp_idx";

-- CreateIndex
CREATE INDEX "audit_logs_default_audit_logs_organization_id_tim_53e60ace_part" ON "audit_partitions"."audit_logs_default"("organization_id", "timestamp");
