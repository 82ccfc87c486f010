-- CreateIndex
CREATE INDEX CONCURRENTLY "patient_access_requests_decided_by_id_idx" ON "patient_access_requests"("decided_by_id");
