-- DropIndex
DROP INDEX CONCURRENTLY "patient_access_requests_decided_by_id_idx";
