-- DropIndex
DROP INDEX CONCURRENTLY "security_alerts_organization_id_idx";
