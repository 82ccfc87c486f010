-- AddConstraint
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT NOT VALID;

-- AddConstraint
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_reviewed_by_id_fkey" FOREIGN KEY ("reviewed_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT NOT VALID;

-- AddConstraint
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_reviewer_is_another" CHECK (reviewed_by_id <> decided_by_id) NOT VALID;
