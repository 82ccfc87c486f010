-- ValidateConstraint
ALTER TABLE "patient_access_requests" VALIDATE CONSTRAINT "patient_access_requests_decided_by_id_fkey";

-- ValidateConstraint
ALTER TABLE "patient_access_requests" VALIDATE CONSTRAINT "patient_access_requests_reviewed_by_id_fkey";

-- ValidateConstraint
ALTER TABLE "patient_access_requests" VALIDATE CONSTRAINT "patient_access_requests_reviewer_is_another";
