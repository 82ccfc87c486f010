-- CreateIndex
CREATE INDEX CONCURRENTLY "patient_access_requests_reviewed_by_id_idx" ON "patient_access_requests"("reviewed_by_id");
