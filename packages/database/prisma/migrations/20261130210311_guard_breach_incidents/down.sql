-- AlterTable


-- AlterTable

-- Annotations
ALTER TABLE "breach_incidents" DISABLE ROW LEVEL SECURITY;
