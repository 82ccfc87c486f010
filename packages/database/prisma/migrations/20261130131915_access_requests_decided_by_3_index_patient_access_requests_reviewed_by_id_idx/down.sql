-- DropIndex
DROP INDEX CONCURRENTLY "patient_access_requests_reviewed_by_id_idx";
