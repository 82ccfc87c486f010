-- CreateIndex
CREATE INDEX "audit_logs_organization_id_timestamp_idx" ON ONLY "audit_logs"("organization_id", "timestamp");

-- AttachIndex
ALTER INDEX "audit_logs_organization_id_timestamp_idx" ATTACH PARTITION "audit_partitions"."audit_logs_default_audit_logs_organization_id_tim_53e60ace_part";
