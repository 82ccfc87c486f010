-- AlterTable
ALTER TABLE "patient_access_requests" ADD COLUMN     "decided_by_id" UUID,
ADD COLUMN     "reviewed_by_id" UUID;
