-- AlterTable
ALTER TABLE "public"."security_alerts" DROP COLUMN "organization_id";

-- AlterTable


-- AlterTable
