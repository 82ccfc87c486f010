-- AlterTable
ALTER TABLE "public"."patient_access_requests" DROP COLUMN "decided_by_id",
DROP COLUMN "reviewed_by_id";

-- AlterTable
