-- DropConstraint
ALTER TABLE "patient_access_requests" DROP CONSTRAINT "patient_access_requests_reviewer_is_another";

-- DropConstraint
ALTER TABLE "patient_access_requests" DROP CONSTRAINT "patient_access_requests_reviewed_by_id_fkey";

-- DropConstraint
ALTER TABLE "patient_access_requests" DROP CONSTRAINT "patient_access_requests_decided_by_id_fkey";
