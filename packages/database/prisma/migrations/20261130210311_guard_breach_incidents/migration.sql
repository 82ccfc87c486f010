-- Annotations
ALTER TABLE "breach_incidents" ENABLE ROW LEVEL SECURITY;
