-- Extensions
CREATE EXTENSION IF NOT EXISTS "btree_gist";
CREATE EXTENSION IF NOT EXISTS "citext";
CREATE EXTENSION IF NOT EXISTS "pg_trgm";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "permission_scope" AS ENUM ('PHI', 'SYSTEM', 'COMPLIANCE', 'BILLING', 'AI', 'SELF');

-- CreateEnum
CREATE TYPE "two_factor_method" AS ENUM ('TOTP', 'SMS', 'EMAIL', 'WEBAUTHN', 'RECOVERY_CODE');

-- CreateEnum
CREATE TYPE "challenge_purpose" AS ENUM ('EMAIL_VERIFICATION', 'PASSWORD_RESET', 'STEP_UP', 'INVITATION', 'DEVICE_TRUST', 'IDENTITY_PROOFING');

-- CreateEnum
CREATE TYPE "key_status" AS ENUM ('PRE_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'DEACTIVATED', 'COMPROMISED', 'DESTROYED');

-- CreateEnum
CREATE TYPE "notification_channel" AS ENUM ('EMAIL', 'SMS', 'IN_APP', 'PUSH', 'POSTAL', 'PHONE');

-- CreateEnum
CREATE TYPE "notification_status" AS ENUM ('QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "user_status" AS ENUM ('PENDING', 'ACTIVE', 'LOCKED', 'SUSPENDED', 'DEACTIVATED');

-- CreateEnum
CREATE TYPE "administrative_gender" AS ENUM ('male', 'female', 'other', 'unknown');

-- CreateEnum
CREATE TYPE "record_source" AS ENUM ('EHR_SYNC', 'PATIENT_ENTERED', 'CLINICIAN_ENTERED', 'DOCUMENT_EXTRACTED', 'DEVICE', 'CLAIM', 'AI_GENERATED', 'MIGRATION');

-- CreateEnum
CREATE TYPE "confidentiality" AS ENUM ('U', 'L', 'M', 'N', 'R', 'V');

-- CreateEnum
CREATE TYPE "encounter_status" AS ENUM ('planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled', 'entered-in-error', 'unknown');

-- CreateEnum
CREATE TYPE "condition_clinical_status" AS ENUM ('active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved');

-- CreateEnum
CREATE TYPE "verification_status" AS ENUM ('unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error');

-- CreateEnum
CREATE TYPE "allergy_criticality" AS ENUM ('low', 'high', 'unable-to-assess');

-- CreateEnum
CREATE TYPE "medication_status" AS ENUM ('draft', 'intended', 'preparation', 'active', 'in-progress', 'on-hold', 'completed', 'stopped', 'cancelled', 'declined', 'not-taken', 'entered-in-error', 'unknown');

-- CreateEnum
CREATE TYPE "event_status" AS ENUM ('preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'partial', 'health-unknown', 'entered-in-error', 'unknown');

-- CreateEnum
CREATE TYPE "observation_status" AS ENUM ('registered', 'partial', 'preliminary', 'final', 'amended', 'corrected', 'appended', 'cancelled', 'entered-in-error', 'unknown');

-- CreateEnum
CREATE TYPE "record_status" AS ENUM ('draft', 'active', 'inactive', 'cancelled', 'current', 'superseded', 'entered-in-error', 'unknown');

-- CreateEnum
CREATE TYPE "plan_status" AS ENUM ('draft', 'proposed', 'planned', 'accepted', 'rejected', 'active', 'on-hold', 'revoked', 'cancelled', 'completed', 'entered-in-error', 'unknown');

-- CreateEnum
CREATE TYPE "request_intent" AS ENUM ('proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option');

-- CreateEnum
CREATE TYPE "document_type" AS ENUM ('LAB_REPORT', 'IMAGING_REPORT', 'PATHOLOGY_REPORT', 'DISCHARGE_SUMMARY', 'PROGRESS_NOTE', 'CONSULT_NOTE', 'OPERATIVE_NOTE', 'PSYCHOTHERAPY_NOTE', 'PRESCRIPTION', 'IMMUNIZATION_RECORD', 'ADVANCE_DIRECTIVE', 'INSURANCE', 'CONSENT_FORM', 'CCDA', 'OTHER');

-- CreateEnum
CREATE TYPE "file_processing_status" AS ENUM ('UPLOADED', 'SCANNING', 'QUARANTINED', 'ENCRYPTED', 'OCR_RUNNING', 'EXTRACTING', 'NEEDS_REVIEW', 'COMPLETED', 'FAILED', 'DESTROYED');

-- CreateEnum
CREATE TYPE "code_system_name" AS ENUM ('LOINC', 'SNOMED_CT', 'RXNORM', 'ICD10_CM', 'ICD10_PCS', 'ICD9_CM', 'CPT', 'HCPCS', 'CVX', 'NDC', 'CDCREC', 'UCUM', 'HL7', 'LOCAL');

-- CreateEnum
CREATE TYPE "map_equivalence" AS ENUM ('relatedto', 'equivalent', 'equal', 'wider', 'subsumes', 'narrower', 'specializes', 'inexact', 'unmatched', 'disjoint');

-- CreateEnum
CREATE TYPE "agreement_type" AS ENUM ('BAA', 'SUBCONTRACTOR_BAA', 'DPA', 'DATA_USE_AGREEMENT', 'PRIVACY_NOTICE', 'NPP_ACKNOWLEDGEMENT', 'POLICY', 'TERMS_OF_SERVICE', 'TERMINOLOGY_LICENCE');

-- CreateEnum
CREATE TYPE "audit_action" AS ENUM ('C', 'R', 'U', 'D', 'E');

-- CreateEnum
CREATE TYPE "audit_event_type" AS ENUM ('LOGIN', 'LOGIN_FAILED', 'LOGOUT', 'MFA', 'PHI_READ', 'PHI_SEARCH', 'PHI_CREATE', 'PHI_UPDATE', 'PHI_DELETE', 'PHI_PRINT', 'PHI_EXPORT', 'PATIENT_MERGE', 'DISCLOSURE', 'EMERGENCY_START', 'EMERGENCY_STOP', 'CONSENT_CHANGE', 'PERMISSION_CHANGE', 'CONFIG_CHANGE', 'AUDIT_STATUS_CHANGE', 'KEY_OPERATION', 'RETENTION', 'BACKUP_RESTORE', 'AI_DISCLOSURE', 'INTEGRITY_CHECK');

-- CreateEnum
CREATE TYPE "audit_outcome" AS ENUM ('0', '4', '8', '12');

-- CreateEnum
CREATE TYPE "purpose_of_use" AS ENUM ('TREAT', 'ETREAT', 'BTG', 'HPAYMT', 'HOPERAT', 'PATRQT', 'FAMRQT', 'PWATRNY', 'HRESCH', 'PUBHLTH', 'HLEGAL', 'HMARKT', 'HCOMPL', 'HSYSADMIN', 'CAREMGT');

-- CreateEnum
CREATE TYPE "consent_status" AS ENUM ('draft', 'proposed', 'active', 'rejected', 'inactive', 'entered-in-error');

-- CreateEnum
CREATE TYPE "severity" AS ENUM ('INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

-- CreateEnum
CREATE TYPE "breach_status" AS ENUM ('DETECTED', 'INVESTIGATING', 'EXCEPTION_APPLIES', 'ASSESSED_LOW_PROBABILITY', 'CONFIRMED', 'NOTIFYING', 'NOTIFIED', 'CLOSED');

-- CreateEnum
CREATE TYPE "breach_cause" AS ENUM ('HACKING_IT_INCIDENT', 'IMPROPER_DISPOSAL', 'LOSS', 'THEFT', 'UNAUTHORIZED_ACCESS_DISCLOSURE', 'OTHER');

-- CreateEnum
CREATE TYPE "notice_audience" AS ENUM ('INDIVIDUAL', 'NEXT_OF_KIN', 'SECRETARY', 'MEDIA', 'COVERED_ENTITY', 'STATE_AUTHORITY', 'FTC');

-- CreateEnum
CREATE TYPE "request_status" AS ENUM ('RECEIVED', 'IDENTITY_PENDING', 'IN_PROGRESS', 'EXTENDED', 'FULFILLED', 'PARTIALLY_DENIED', 'DENIED', 'UNDER_REVIEW', 'WITHDRAWN');

-- CreateEnum
CREATE TYPE "retention_data_type" AS ENUM ('AUDIT_LOG', 'MEDICAL_RECORD', 'COMPLIANCE_DOCUMENT', 'CONSENT', 'BREACH_RECORD', 'BILLING_RECORD', 'AI_CONVERSATION', 'SESSION', 'SYNC_LOG', 'EMBEDDING');

-- CreateEnum
CREATE TYPE "task_status" AS ENUM ('draft', 'requested', 'received', 'accepted', 'rejected', 'ready', 'in-progress', 'on-hold', 'cancelled', 'failed', 'completed', 'entered-in-error');

-- CreateEnum
CREATE TYPE "message_role" AS ENUM ('SYSTEM', 'USER', 'ASSISTANT', 'TOOL');

-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('REQUIRES_PAYMENT_METHOD', 'REQUIRES_CONFIRMATION', 'REQUIRES_ACTION', 'PROCESSING', 'REQUIRES_CAPTURE', 'SUCCEEDED', 'CANCELED', 'FAILED', 'REFUNDED', 'PARTIALLY_REFUNDED');

-- CreateEnum
CREATE TYPE "invoice_status" AS ENUM ('DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE');

-- CreateEnum
CREATE TYPE "subscription_status" AS ENUM ('INCOMPLETE', 'INCOMPLETE_EXPIRED', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'CANCELED');

-- CreateEnum
CREATE TYPE "token_transaction_type" AS ENUM ('GRANT', 'PURCHASE', 'RESERVE', 'CONSUME', 'RELEASE', 'REFUND', 'EXPIRE', 'ADJUST');

-- CreateEnum
CREATE TYPE "ehr_provider" AS ENUM ('EPIC', 'CERNER', 'ATHENAHEALTH', 'ECLINICALWORKS', 'OTHER_FHIR');

-- CreateEnum
CREATE TYPE "connection_status" AS ENUM ('PENDING_AUTHORIZATION', 'ACTIVE', 'TOKEN_EXPIRED', 'RECONSENT_REQUIRED', 'ERROR', 'REVOKED', 'DISCONNECTED');

-- CreateEnum
CREATE TYPE "sync_status" AS ENUM ('QUEUED', 'RUNNING', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'EXPIRED');

-- CreateTable
CREATE TABLE "roles" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "is_system" BOOLEAN NOT NULL DEFAULT false,
    "organization_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "roles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permissions" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "scope" "permission_scope" NOT NULL,
    "resource_type" TEXT,
    "action" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "permissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_permissions" (
    "id" UUID NOT NULL,
    "role_id" UUID NOT NULL,
    "permission_id" UUID NOT NULL,
    "hidden_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "readonly_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "condition" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_permissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_roles" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,
    "organization_id" UUID,
    "granted_by_id" UUID,
    "reason" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_to" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_roles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_2fas" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "method" "two_factor_method" NOT NULL,
    "label" VARCHAR(100),
    "secret_ciphertext" TEXT,
    "key_id" UUID,
    "phone_ciphertext" TEXT,
    "credential_id" BYTEA,
    "public_key" BYTEA,
    "sign_count" BIGINT NOT NULL DEFAULT 0,
    "last_used_step" BIGINT,
    "recovery_code_hashes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "verified_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_2fas_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity_challenges" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "email" CITEXT,
    "purpose" "challenge_purpose" NOT NULL,
    "channel" "notification_channel" NOT NULL,
    "code_hash" BYTEA NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL DEFAULT 5,
    "ip" INET,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_challenges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "encryption_keys" (
    "id" UUID NOT NULL,
    "alias" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "status" "key_status" NOT NULL DEFAULT 'PRE_ACTIVATION',
    "wrapped_key" BYTEA,
    "external_ref" TEXT,
    "public_key" BYTEA,
    "kek_id" UUID,
    "activated_at" TIMESTAMPTZ(3),
    "not_after" TIMESTAMPTZ(3),
    "compromised_at" TIMESTAMPTZ(3),
    "destroyed_at" TIMESTAMPTZ(3),
    "destroy_reason" TEXT,
    "uses_reserved" BIGINT NOT NULL DEFAULT 0,
    "successor_id" UUID,
    "rotation_reason" TEXT,
    "rewrap_progress" JSONB,
    "rewrap_failures" INTEGER NOT NULL DEFAULT 0,
    "rewrap_verified_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "encryption_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "owner_user_id" UUID NOT NULL,
    "organization_id" UUID,
    "key_prefix" TEXT,
    "key_hash" BYTEA,
    "jwks_uri" TEXT,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "allowed_ip_ranges" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "organization_id" UUID,
    "recipient_ciphertext" TEXT,
    "channel" "notification_channel" NOT NULL,
    "template_key" VARCHAR(100) NOT NULL,
    "params_ciphertext" TEXT,
    "status" "notification_status" NOT NULL DEFAULT 'QUEUED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),
    "provider_message_id" TEXT,
    "failure_code" VARCHAR(100),
    "idempotency_key" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organizations" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "aliases" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "kind" TEXT NOT NULL,
    "npi" TEXT,
    "clia" TEXT,
    "naic" TEXT,
    "parent_id" UUID,
    "phone" TEXT,
    "fax" TEXT,
    "email" CITEXT,
    "url" TEXT,
    "address_lines" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "city" TEXT,
    "state" TEXT,
    "postal_code" TEXT,
    "country" TEXT,
    "regulatory_roles" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "oidc_issuer" TEXT,
    "client_id" TEXT,
    "client_secret_ciphertext" TEXT,
    "timezone" TEXT NOT NULL DEFAULT 'UTC',
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "security_configurations" (
    "id" TEXT NOT NULL,
    "organization_id" UUID,
    "password_min_length" INTEGER NOT NULL DEFAULT 12,
    "password_require_uppercase" BOOLEAN NOT NULL DEFAULT true,
    "password_require_lowercase" BOOLEAN NOT NULL DEFAULT true,
    "password_require_numbers" BOOLEAN NOT NULL DEFAULT true,
    "password_require_special_chars" BOOLEAN NOT NULL DEFAULT true,
    "password_expiry_days" INTEGER NOT NULL DEFAULT 90,
    "password_history_count" INTEGER NOT NULL DEFAULT 12,
    "max_login_attempts" INTEGER NOT NULL DEFAULT 5,
    "lockout_duration_minutes" INTEGER NOT NULL DEFAULT 30,
    "session_timeout_minutes" INTEGER NOT NULL DEFAULT 30,
    "session_absolute_minutes" INTEGER NOT NULL DEFAULT 1440,
    "step_up_minutes" INTEGER NOT NULL DEFAULT 10,
    "require_mfa" BOOLEAN NOT NULL DEFAULT false,
    "require_mfa_for_phi" BOOLEAN NOT NULL DEFAULT true,
    "allowed_factors" "two_factor_method"[] DEFAULT ARRAY['TOTP', 'WEBAUTHN', 'EMAIL', 'SMS', 'RECOVERY_CODE']::"two_factor_method"[],
    "allowed_ip_ranges" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "security_configurations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "organization_id" UUID,
    "auth_method" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "refresh_token_hash" BYTEA,
    "family_id" UUID NOT NULL,
    "rotated_from_id" UUID,
    "ip" INET,
    "user_agent" VARCHAR(512),
    "mfa_verified_at" TIMESTAMPTZ(3),
    "step_up_until" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idle_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "absolute_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" CITEXT NOT NULL,
    "email_verified_at" TIMESTAMPTZ(3),
    "display_name" TEXT,
    "phone_ciphertext" TEXT,
    "phone_verified_at" TIMESTAMPTZ(3),
    "password_hash" TEXT,
    "password_history" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "password_changed_at" TIMESTAMPTZ(3),
    "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    "role" TEXT,
    "status" "user_status" NOT NULL DEFAULT 'PENDING',
    "failed_login_count" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "mfa_required" BOOLEAN NOT NULL DEFAULT false,
    "last_login_at" TIMESTAMPTZ(3),
    "external_issuer" TEXT,
    "external_subject" TEXT,
    "organization_id" UUID,
    "locale" TEXT,
    "timezone" TEXT,
    "deactivated_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_allergies" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "clinical_status" "condition_clinical_status",
    "verification_status" "verification_status" NOT NULL DEFAULT 'confirmed',
    "type" TEXT,
    "categories" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "criticality" "allergy_criticality",
    "onset_at" TIMESTAMPTZ(3),
    "onset_precision" TEXT,
    "last_occurrence_at" TIMESTAMPTZ(3),
    "last_occurrence_precision" TEXT,
    "reactions" JSONB NOT NULL DEFAULT '[]',
    "worst_severity" TEXT,
    "asserter_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_allergies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "practitioners" (
    "id" UUID NOT NULL,
    "npi" TEXT,
    "user_id" UUID,
    "name" TEXT NOT NULL,
    "organization_id" UUID,
    "specialty_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "licences" JSONB NOT NULL DEFAULT '[]',
    "telecom" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "practitioners_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "care_team_members" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "team_name" TEXT,
    "practitioner_id" UUID,
    "user_id" UUID,
    "organization_id" UUID,
    "role" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_to" TIMESTAMPTZ(3),
    "source" "record_source" NOT NULL,
    "ended_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "care_team_members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_diagnoses" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "clinical_status" "condition_clinical_status",
    "verification_status" "verification_status" NOT NULL DEFAULT 'confirmed',
    "category" TEXT NOT NULL DEFAULT 'problem-list-item',
    "severity_code" TEXT,
    "body_site_code" TEXT,
    "onset_at" TIMESTAMPTZ(3),
    "onset_precision" TEXT,
    "onset_text" TEXT,
    "abatement_at" TIMESTAMPTZ(3),
    "abatement_precision" TEXT,
    "is_abated" BOOLEAN NOT NULL DEFAULT false,
    "recorded_on" DATE,
    "asserter_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_diagnoses_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "documents" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "type" "document_type" NOT NULL,
    "type_loinc" TEXT,
    "title_ciphertext" TEXT,
    "status" "record_status" NOT NULL DEFAULT 'current',
    "doc_status" TEXT,
    "code" TEXT,
    "code_system" TEXT,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "author_id" UUID,
    "authored_at" TIMESTAMPTZ(3),
    "authored_precision" TEXT,
    "custodian_id" UUID,
    "secure_file_id" UUID NOT NULL,
    "processing_status" "file_processing_status" NOT NULL DEFAULT 'UPLOADED',
    "page_count" INTEGER,
    "language" TEXT,
    "relates_to_id" UUID,
    "relates_to_code" TEXT,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "documents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secure_files" (
    "id" UUID NOT NULL,
    "patient_id" UUID,
    "storage_uri" TEXT NOT NULL,
    "byte_size" BIGINT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "file_name_ciphertext" TEXT,
    "hmac_plain" BYTEA NOT NULL,
    "sha256_cipher" BYTEA NOT NULL,
    "wrapped_data_key" BYTEA,
    "key_id" UUID NOT NULL,
    "nonce" BYTEA NOT NULL,
    "aad" BYTEA,
    "scan_status" TEXT NOT NULL DEFAULT 'PENDING',
    "scanned_at" TIMESTAMPTZ(3),
    "status" "file_processing_status" NOT NULL DEFAULT 'UPLOADED',
    "uploaded_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "destroyed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secure_files_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ocr_results" (
    "id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "page" INTEGER NOT NULL,
    "engine" TEXT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "language" TEXT,
    "text_ciphertext" TEXT,
    "words_ciphertext" TEXT,
    "confidence" DECIMAL,
    "duration_ms" INTEGER,
    "status" "file_processing_status" NOT NULL,
    "error_code" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ocr_results_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "extracted_data" (
    "id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "ocr_result_id" UUID,
    "patient_id" UUID NOT NULL,
    "field_path" TEXT NOT NULL,
    "raw_text_ciphertext" TEXT,
    "value_ciphertext" TEXT,
    "code_system" "code_system_name",
    "code" TEXT,
    "confidence" DECIMAL,
    "page" INTEGER,
    "bounding_box" DOUBLE PRECISION[] DEFAULT ARRAY[]::DOUBLE PRECISION[],
    "method" TEXT NOT NULL,
    "review_decision" TEXT,
    "reviewed_by_id" UUID,
    "reviewed_at" TIMESTAMPTZ(3),
    "target_type" TEXT,
    "target_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "extracted_data_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provenances" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "target_version" INTEGER NOT NULL DEFAULT 1,
    "activity" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3),
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "agent_user_id" UUID,
    "agent_system" TEXT,
    "on_behalf_of_id" UUID,
    "source_document_id" UUID,
    "extracted_data_id" UUID,
    "reason" TEXT,
    "signature" TEXT,

    CONSTRAINT "provenances_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "encounters" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "status" "encounter_status" NOT NULL,
    "class_code" TEXT NOT NULL,
    "class_system" TEXT NOT NULL DEFAULT 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
    "code" TEXT,
    "code_system" TEXT,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "period_start" TIMESTAMPTZ(3),
    "period_start_precision" TEXT,
    "period_end" TIMESTAMPTZ(3),
    "period_end_precision" TEXT,
    "service_provider_id" UUID,
    "site_id" UUID,
    "attending_id" UUID,
    "discharge_disposition" TEXT,
    "reason_code" TEXT,
    "reason_system" TEXT,
    "part_of_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "encounters_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_family_histories" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT,
    "code_system" TEXT,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "status" "event_status" NOT NULL,
    "relationship_code" TEXT NOT NULL,
    "sex" "administrative_gender",
    "born_on" DATE,
    "born_precision" TEXT,
    "age_years" DECIMAL,
    "estimated_age" BOOLEAN NOT NULL DEFAULT false,
    "is_deceased" BOOLEAN,
    "deceased_age_years" DECIMAL,
    "onset_age_years" DECIMAL,
    "onset_text" TEXT,
    "contributed_to_death" BOOLEAN,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_family_histories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_immunizations" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "status" "event_status" NOT NULL,
    "status_reason_code" TEXT,
    "occurrence_at" TIMESTAMPTZ(3) NOT NULL,
    "occurrence_precision" TEXT,
    "cvx_code" TEXT,
    "lot_number" TEXT,
    "manufacturer" TEXT,
    "expires_on" DATE,
    "site_code" TEXT,
    "route_code" TEXT,
    "dose_quantity" DECIMAL,
    "dose_unit" TEXT,
    "primary_source" BOOLEAN NOT NULL DEFAULT true,
    "dose_number" INTEGER,
    "site_id" UUID,
    "performer_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_immunizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_medications" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "kind" TEXT NOT NULL,
    "status" "medication_status" NOT NULL,
    "intent" "request_intent",
    "category" TEXT,
    "dose_text" TEXT,
    "dose_value" DECIMAL,
    "dose_unit" TEXT,
    "route_code" TEXT,
    "timing_code" TEXT,
    "frequency" INTEGER,
    "period_value" DECIMAL,
    "period_unit" TEXT,
    "as_needed" BOOLEAN NOT NULL DEFAULT false,
    "authored_on" TIMESTAMPTZ(3),
    "authored_precision" TEXT,
    "effective_start" TIMESTAMPTZ(3),
    "effective_start_precision" TEXT,
    "effective_end" TIMESTAMPTZ(3),
    "requester_id" UUID,
    "reported" BOOLEAN NOT NULL DEFAULT false,
    "reason_code" TEXT,
    "reason_system" TEXT,
    "stop_reason" TEXT,
    "quantity" DECIMAL,
    "quantity_unit" TEXT,
    "days_supply" INTEGER,
    "refills" INTEGER,
    "dispensed_at" TIMESTAMPTZ(3),
    "order_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_medications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_vital_signs" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "loinc_code" TEXT NOT NULL,
    "status" "observation_status" NOT NULL,
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "effective_precision" TEXT,
    "value" DECIMAL,
    "value_as_received" TEXT,
    "comparator" TEXT,
    "unit" TEXT,
    "ucum_code" TEXT,
    "data_absent_reason" TEXT,
    "interpretation_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "panel_id" UUID,
    "body_site_code" TEXT,
    "method_code" TEXT,
    "device_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_vital_signs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_observations" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "category" TEXT NOT NULL,
    "status" "observation_status" NOT NULL,
    "effective_at" TIMESTAMPTZ(3),
    "effective_precision" TEXT,
    "issued_at" TIMESTAMPTZ(3),
    "value" DECIMAL,
    "value_as_received" TEXT,
    "comparator" TEXT,
    "unit" TEXT,
    "ucum_code" TEXT,
    "value_code" TEXT,
    "value_code_system" TEXT,
    "value_text" TEXT,
    "interpretation_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "data_absent_reason" TEXT,
    "range_low" DECIMAL,
    "range_high" DECIMAL,
    "range_text" TEXT,
    "specimen_type_code" TEXT,
    "specimen_site_code" TEXT,
    "specimen_condition" TEXT,
    "specimen_identifier" TEXT,
    "specimen_collected_at" TIMESTAMPTZ(3),
    "report_id" UUID,
    "service_request_id" UUID,
    "panel_id" UUID,
    "device_id" UUID,
    "body_site_code" TEXT,
    "method_code" TEXT,
    "performer_id" UUID,
    "loinc_number" TEXT,
    "std_value" DECIMAL,
    "std_unit" TEXT,
    "mapping_id" UUID,
    "conversion_id" UUID,
    "reference_range_id" UUID,
    "flag" TEXT,
    "std_status" TEXT NOT NULL DEFAULT 'PENDING',
    "std_method" TEXT,
    "std_confidence" DECIMAL,
    "std_version" TEXT,
    "reviewed_by_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_observations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "diagnostic_reports" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "category" TEXT,
    "status" "observation_status" NOT NULL,
    "effective_at" TIMESTAMPTZ(3),
    "effective_precision" TEXT,
    "issued_at" TIMESTAMPTZ(3),
    "performer_id" UUID,
    "laboratory_id" UUID,
    "accession" TEXT,
    "accession_blind_index" TEXT,
    "service_request_id" UUID,
    "conclusion_ciphertext" TEXT,
    "conclusion_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "document_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "diagnostic_reports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_requests" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT,
    "code_system" TEXT,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "status" "plan_status" NOT NULL,
    "intent" "request_intent" NOT NULL,
    "category" TEXT,
    "priority" TEXT NOT NULL DEFAULT 'routine',
    "do_not_perform" BOOLEAN NOT NULL DEFAULT false,
    "authored_on" TIMESTAMPTZ(3),
    "occurrence_at" TIMESTAMPTZ(3),
    "occurrence_precision" TEXT,
    "requester_id" UUID,
    "performer_organization_id" UUID,
    "reason_code" TEXT,
    "reason_system" TEXT,
    "based_on_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_care_plans" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT,
    "code_system" TEXT,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "status" "plan_status" NOT NULL,
    "intent" "request_intent" NOT NULL,
    "category" TEXT,
    "title_ciphertext" TEXT,
    "narrative_ciphertext" TEXT,
    "activities" JSONB NOT NULL DEFAULT '[]',
    "addresses_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "period_start" TIMESTAMPTZ(3),
    "period_start_precision" TEXT,
    "period_end" TIMESTAMPTZ(3),
    "author_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_care_plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_goals" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT,
    "code_system" TEXT,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "lifecycle_status" "plan_status" NOT NULL,
    "description" TEXT NOT NULL,
    "achievement_status" TEXT,
    "priority" TEXT,
    "start_on" DATE,
    "start_precision" TEXT,
    "target_measure" TEXT,
    "target_value" DECIMAL,
    "target_unit" TEXT,
    "due_on" DATE,
    "due_precision" TEXT,
    "expressed_by" TEXT,
    "care_plan_id" UUID,
    "diagnosis_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_goals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patients" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "organization_id" UUID,
    "mrn" TEXT,
    "mrn_blind_index" TEXT,
    "family" TEXT,
    "family_blind_index" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "given" TEXT,
    "given_blind_index" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "name_phonetic_index" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "other_names_ciphertext" TEXT,
    "birth_date" TEXT,
    "birth_date_blind_index" TEXT,
    "ssn" TEXT,
    "ssn_blind_index" TEXT,
    "gender" "administrative_gender" NOT NULL DEFAULT 'unknown',
    "birth_sex" TEXT,
    "gender_identity_code" TEXT,
    "race_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "ethnicity_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "tribal_affiliation" TEXT,
    "language" TEXT,
    "interpreter_needed" BOOLEAN NOT NULL DEFAULT false,
    "telecom_ciphertext" TEXT,
    "address_ciphertext" TEXT,
    "marital_status_code" TEXT,
    "general_practitioner_id" UUID,
    "deceased_at" TIMESTAMPTZ(3),
    "deceased_precision" TEXT,
    "is_deceased" BOOLEAN NOT NULL DEFAULT false,
    "majority_on" DATE,
    "retain_until" DATE,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "active" BOOLEAN NOT NULL DEFAULT true,
    "merged_into_id" UUID,
    "merged_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patients_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_repositories" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encryption_key_id" UUID NOT NULL,
    "residency" TEXT NOT NULL DEFAULT 'US',
    "storage_prefix" TEXT NOT NULL,
    "quota_bytes" BIGINT NOT NULL DEFAULT 10737418240,
    "document_count" INTEGER NOT NULL DEFAULT 0,
    "byte_count" BIGINT NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL DEFAULT 'OPEN',
    "sealed_at" TIMESTAMPTZ(3),
    "shredded_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_repositories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_identifiers" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "system" TEXT NOT NULL,
    "value_ciphertext" TEXT NOT NULL,
    "value_blind_index" TEXT NOT NULL,
    "use" TEXT,
    "type_code" TEXT,
    "assigner_id" UUID,
    "match_method" TEXT NOT NULL DEFAULT 'ASSIGNED',
    "match_score" DECIMAL,
    "verified_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_identifiers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_relationships" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "related_user_id" UUID,
    "name_ciphertext" TEXT,
    "telecom_ciphertext" TEXT,
    "relationship_code" TEXT NOT NULL,
    "is_personal_representative" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT NOT NULL DEFAULT 'NONE',
    "excluded_services" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_to" TIMESTAMPTZ(3),
    "ends_at_majority" BOOLEAN NOT NULL DEFAULT false,
    "evidence_document_id" UUID,
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_relationships_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_coverages" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "status" "record_status" NOT NULL,
    "payor_id" UUID NOT NULL,
    "type" TEXT,
    "member_id_ciphertext" TEXT,
    "member_id_blind_index" TEXT,
    "group_number" TEXT,
    "plan_name" TEXT,
    "subscriber_relationship" TEXT,
    "period_start" DATE,
    "period_end" DATE,
    "coordination_order" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_coverages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_procedures" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT NOT NULL,
    "code_system" TEXT NOT NULL,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "status" "event_status" NOT NULL,
    "status_reason_code" TEXT,
    "performed_start" TIMESTAMPTZ(3),
    "performed_start_precision" TEXT,
    "performed_end" TIMESTAMPTZ(3),
    "body_site_code" TEXT,
    "outcome_code" TEXT,
    "complication_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reason_code" TEXT,
    "reason_system" TEXT,
    "performer_id" UUID,
    "service_request_id" UUID,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_procedures_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_devices" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "encounter_id" UUID,
    "code" TEXT,
    "code_system" TEXT,
    "code_display" TEXT,
    "normalized_system" "code_system_name",
    "normalized_code" TEXT,
    "status" "record_status",
    "udi_di" TEXT,
    "udi_carrier_ciphertext" TEXT,
    "serial_ciphertext" TEXT,
    "distinct_identifier" TEXT,
    "lot_number" TEXT,
    "manufacturer" TEXT,
    "model" TEXT,
    "manufactured_on" DATE,
    "expires_on" DATE,
    "is_implantable" BOOLEAN NOT NULL DEFAULT false,
    "procedure_id" UUID,
    "body_site_code" TEXT,
    "source" "record_source" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorder_id" UUID,
    "entered_by_id" UUID,
    "confidentiality" "confidentiality" NOT NULL DEFAULT 'N',
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note_ciphertext" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "supersedes_id" UUID,
    "entered_in_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_devices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "loinc_codes" (
    "id" UUID NOT NULL,
    "loinc_number" TEXT NOT NULL,
    "common_name" TEXT NOT NULL,
    "short_name" TEXT,
    "component" TEXT,
    "property" TEXT,
    "time_aspect" TEXT,
    "system" TEXT,
    "scale" TEXT,
    "method" TEXT,
    "class" TEXT,
    "status" TEXT NOT NULL DEFAULT 'ACTIVE',
    "replaced_by" TEXT,
    "example_ucum_units" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "molar_mass" DECIMAL,
    "release_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "loinc_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "snomed_codes" (
    "id" UUID NOT NULL,
    "concept_id" TEXT NOT NULL,
    "fsn" TEXT NOT NULL,
    "preferred_term" TEXT,
    "semantic_tag" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "module_id" TEXT,
    "effective_on" DATE,
    "release_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "snomed_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rx_norm_codes" (
    "id" UUID NOT NULL,
    "rxcui" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "tty" TEXT NOT NULL,
    "ingredient_rxcui" TEXT,
    "strength" TEXT,
    "dose_form" TEXT,
    "ndc" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "suppress" BOOLEAN NOT NULL DEFAULT false,
    "release_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rx_norm_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "icd10_codes" (
    "id" UUID NOT NULL,
    "code_system" "code_system_name" NOT NULL,
    "code" TEXT NOT NULL,
    "short_description" TEXT NOT NULL,
    "long_description" TEXT NOT NULL,
    "is_billable" BOOLEAN NOT NULL DEFAULT false,
    "parent_code" TEXT,
    "chapter" TEXT,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "release_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "icd10_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cpt_codes" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "descriptor" TEXT,
    "category" TEXT,
    "is_hcpcs" BOOLEAN NOT NULL DEFAULT false,
    "licensed_by_id" UUID,
    "effective_from" DATE,
    "effective_to" DATE,
    "release_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cpt_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "code_mappings" (
    "id" UUID NOT NULL,
    "source_system" "code_system_name" NOT NULL,
    "source_uri" TEXT NOT NULL,
    "source_code" TEXT NOT NULL,
    "target_system" "code_system_name" NOT NULL,
    "target_code" TEXT,
    "equivalence" "map_equivalence" NOT NULL,
    "confidence" DECIMAL,
    "map_source" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'DRAFT',
    "reviewed_by_id" UUID,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_to" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "code_mappings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reference_ranges" (
    "id" UUID NOT NULL,
    "loinc_number" TEXT NOT NULL,
    "type" TEXT NOT NULL DEFAULT 'normal',
    "low" DECIMAL,
    "high" DECIMAL,
    "text" TEXT,
    "critical_low" DECIMAL,
    "critical_high" DECIMAL,
    "ucum_unit" TEXT NOT NULL,
    "sex" "administrative_gender",
    "age_min_days" INTEGER NOT NULL DEFAULT 0,
    "age_max_days" INTEGER,
    "pregnancy" BOOLEAN,
    "organization_id" UUID,
    "source" TEXT NOT NULL,
    "effective_from" DATE,
    "effective_to" DATE,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reference_ranges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit_conversions" (
    "id" UUID NOT NULL,
    "loinc_number" TEXT NOT NULL,
    "from_ucum" TEXT NOT NULL,
    "to_ucum" TEXT NOT NULL,
    "factor" DECIMAL NOT NULL,
    "offset" DECIMAL NOT NULL DEFAULT 0,
    "molar_mass" DECIMAL,
    "charge" INTEGER,
    "citation" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "unit_conversions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "terminology_releases" (
    "id" UUID NOT NULL,
    "system" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "released_on" DATE,
    "licence" TEXT NOT NULL,
    "licence_accepted_by_id" UUID,
    "licence_accepted_at" TIMESTAMPTZ(3),
    "sha256" BYTEA,
    "row_count" INTEGER NOT NULL DEFAULT 0,
    "loaded_at" TIMESTAMPTZ(3),
    "is_current" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "terminology_releases_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "legal_agreements" (
    "id" UUID NOT NULL,
    "type" "agreement_type" NOT NULL,
    "organization_id" UUID,
    "counterparty_id" UUID,
    "counterparty_role" TEXT,
    "user_id" UUID,
    "patient_id" UUID,
    "title" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "file_id" UUID,
    "signed_at" TIMESTAMPTZ(3),
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "terminated_at" TIMESTAMPTZ(3),
    "subprocessors" JSONB NOT NULL DEFAULT '[]',
    "phi_permitted" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "legal_agreements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_reviews" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "organization_id" UUID,
    "period_start" DATE NOT NULL,
    "period_end" DATE NOT NULL,
    "scope" TEXT NOT NULL,
    "due_at" DATE NOT NULL,
    "reviewer_id" UUID,
    "status" "request_status" NOT NULL DEFAULT 'RECEIVED',
    "findings" JSONB NOT NULL DEFAULT '[]',
    "decisions" JSONB NOT NULL DEFAULT '[]',
    "completed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_reviews_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_assessments" (
    "id" UUID NOT NULL,
    "review_id" UUID,
    "asset" TEXT NOT NULL,
    "threat" TEXT NOT NULL,
    "vulnerability" TEXT NOT NULL,
    "likelihood" SMALLINT NOT NULL,
    "impact" SMALLINT NOT NULL,
    "severity" "severity" NOT NULL,
    "controls" TEXT,
    "treatment" TEXT,
    "residual_severity" "severity",
    "owner_id" UUID NOT NULL,
    "due_at" DATE,
    "closed_at" TIMESTAMPTZ(3),
    "next_due_at" DATE,
    "approved_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "risk_assessments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "training_records" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "course" TEXT,
    "version" TEXT,
    "assigned_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" DATE,
    "completed_at" TIMESTAMPTZ(3),
    "score" SMALLINT,
    "expires_at" TIMESTAMPTZ(3),
    "sanction" TEXT,
    "decided_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "training_records_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_logs" (
    "id" UUID NOT NULL,
    "shard" SMALLINT NOT NULL DEFAULT 0,
    "seq" BIGSERIAL NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "event_type" "audit_event_type" NOT NULL,
    "action" "audit_action" NOT NULL,
    "outcome" "audit_outcome" NOT NULL,
    "user_id" UUID,
    "actor_role" TEXT,
    "on_behalf_of_id" UUID,
    "session_id" UUID,
    "api_key_id" UUID,
    "agent_system" TEXT,
    "source" TEXT NOT NULL DEFAULT 'api',
    "organization_id" UUID,
    "patient_id" UUID,
    "resource_type" TEXT,
    "resource_id" TEXT,
    "resource_version" INTEGER,
    "previous_version" INTEGER,
    "purpose_of_use" "purpose_of_use",
    "reason" TEXT,
    "record_count" INTEGER,
    "query_hash" BYTEA,
    "ip" INET,
    "user_agent" TEXT,
    "request_id" TEXT,
    "emergency_access_id" UUID,
    "changed_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "prev_hash" BYTEA,
    "hash" BYTEA NOT NULL,
    "key_version" INTEGER NOT NULL,

    CONSTRAINT "audit_logs_pkey" PRIMARY KEY ("id","timestamp")
) PARTITION BY RANGE ("timestamp");

-- CreatePartition
CREATE SCHEMA IF NOT EXISTS "audit_partitions";
CREATE TABLE "audit_partitions"."audit_logs_default" PARTITION OF "audit_logs" DEFAULT;

-- CreateTable
CREATE TABLE "audit_log_archives" (
    "id" UUID NOT NULL,
    "partition" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "period_end" TIMESTAMPTZ(3) NOT NULL,
    "shard_ranges" JSONB NOT NULL,
    "row_count" BIGINT NOT NULL,
    "merkle_root" BYTEA NOT NULL,
    "storage_uri" TEXT NOT NULL,
    "sha256" BYTEA NOT NULL,
    "key_id" UUID NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,
    "verified_at" TIMESTAMPTZ(3),
    "detached_at" TIMESTAMPTZ(3),
    "retain_until" DATE NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_archives_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_checkpoints" (
    "id" UUID NOT NULL,
    "shard" SMALLINT NOT NULL,
    "first_seq" BIGINT NOT NULL,
    "head_seq" BIGINT,
    "head_hash" BYTEA,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),
    "batch_id" UUID,
    "tree_size" BIGINT,
    "root_hash" BYTEA,
    "previous_root" BYTEA,
    "signature" BYTEA,
    "key_id" UUID,
    "external_receipt" TEXT,

    CONSTRAINT "audit_checkpoints_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_consents" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'CONSENT',
    "status" "consent_status" NOT NULL,
    "scope" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "category_system" TEXT NOT NULL DEFAULT 'http://loinc.org',
    "policy_uri" TEXT NOT NULL,
    "discloser_id" UUID,
    "recipient" TEXT,
    "purpose" TEXT,
    "information" TEXT,
    "date_time" TIMESTAMPTZ(3) NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),
    "expiry_event" TEXT,
    "grantor_id" UUID,
    "relationship_id" UUID,
    "document_id" UUID,
    "signature_hash" BYTEA,
    "copy_given_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,
    "part2_notice_version" TEXT,
    "remuneration" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_consents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consent_grants" (
    "id" UUID NOT NULL,
    "consent_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "permit" BOOLEAN NOT NULL,
    "actor_user_id" UUID,
    "actor_organization_id" UUID,
    "actor_practitioner_id" UUID,
    "actor_role" TEXT,
    "actions" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "purposes" "purpose_of_use"[] DEFAULT ARRAY[]::"purpose_of_use"[],
    "resource_types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "security_labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "data_from" DATE,
    "data_to" DATE,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consent_grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disclosures" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "disclosed_at" TIMESTAMPTZ(3) NOT NULL,
    "disclosed_by_id" UUID,
    "recipient_name" TEXT NOT NULL,
    "recipient_address" TEXT,
    "recipient_id" UUID,
    "description" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "legal_basis" TEXT NOT NULL,
    "purpose_of_use" "purpose_of_use" NOT NULL,
    "is_accountable" BOOLEAN NOT NULL,
    "is_part2" BOOLEAN NOT NULL DEFAULT false,
    "recurring_first" DATE,
    "recurring_last" DATE,
    "recurring_frequency" TEXT,
    "suspended_until" TIMESTAMPTZ(3),
    "consent_id" UUID,
    "source_job_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "disclosures_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "file_access_grants" (
    "id" UUID NOT NULL,
    "secure_file_id" UUID NOT NULL,
    "patient_id" UUID,
    "grantee_user_id" UUID,
    "token_hash" BYTEA,
    "recipient_ciphertext" TEXT,
    "purpose_of_use" "purpose_of_use" NOT NULL,
    "max_downloads" INTEGER NOT NULL DEFAULT 1,
    "downloads" INTEGER NOT NULL DEFAULT 0,
    "last_download_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "granted_by_id" UUID NOT NULL,
    "consent_id" UUID,
    "disclosure_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "file_access_grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "emergency_accesses" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "reason_code" "purpose_of_use" NOT NULL,
    "justification" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "notified_at" TIMESTAMPTZ(3),
    "review_due_at" TIMESTAMPTZ(3) NOT NULL,
    "reviewed_by_id" UUID,
    "reviewed_at" TIMESTAMPTZ(3),
    "review_outcome" TEXT,

    CONSTRAINT "emergency_accesses_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "security_alerts" (
    "id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "severity" "severity" NOT NULL,
    "user_id" UUID,
    "patient_id" UUID,
    "evidence" JSONB NOT NULL DEFAULT '{}',
    "dedupe_key" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "count" INTEGER NOT NULL DEFAULT 1,
    "assigned_to_id" UUID,
    "acknowledged_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "resolution" TEXT,
    "incident_id" UUID,

    CONSTRAINT "security_alerts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "breach_incidents" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3),
    "occurred_until" TIMESTAMPTZ(3),
    "discovered_at" TIMESTAMPTZ(3) NOT NULL,
    "discovered_on" DATE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "source" TEXT NOT NULL,
    "cause" "breach_cause" NOT NULL,
    "location" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "status" "breach_status" NOT NULL DEFAULT 'DETECTED',
    "regimes" TEXT[],
    "our_role" TEXT NOT NULL,
    "notices_delegated" BOOLEAN NOT NULL DEFAULT false,
    "unsecured_phi" BOOLEAN NOT NULL DEFAULT true,
    "exception" TEXT,
    "factor_nature" TEXT,
    "factor_recipient" TEXT,
    "factor_acquired" TEXT,
    "factor_mitigated" TEXT,
    "low_probability" BOOLEAN NOT NULL DEFAULT false,
    "affected_count" INTEGER,
    "affected_by_state" JSONB NOT NULL DEFAULT '{}',
    "individual_due_at" DATE,
    "media_due_at" DATE,
    "secretary_due_at" DATE,
    "ftc_due_at" DATE,
    "associate_due_at" DATE,
    "hold_basis" TEXT,
    "hold_stated_on" DATE,
    "hold_until" DATE,
    "hold_official" TEXT,
    "mitigation" TEXT,
    "lead_id" UUID,
    "closed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "breach_incidents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "breach_notifications" (
    "id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "audience" "notice_audience" NOT NULL,
    "patient_id" UUID,
    "state" TEXT,
    "method" "notification_channel",
    "urgent" BOOLEAN NOT NULL DEFAULT false,
    "due_at" DATE NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "returned_at" TIMESTAMPTZ(3),
    "substitute_notice_at" TIMESTAMPTZ(3),
    "substitute_method" TEXT,
    "content" JSONB NOT NULL,
    "notification_id" UUID,
    "evidence_file_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "breach_notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_access_requests" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "requested_by_id" UUID,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "received_on" DATE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" DATE GENERATED ALWAYS AS (received_on + CASE WHEN kind IN ('ACCESS', 'INTERMEDIARY_LIST') THEN 30 ELSE 60 END) STORED,
    "extended_at" TIMESTAMPTZ(3),
    "extension_reason" TEXT,
    "extended_due_at" DATE GENERATED ALWAYS AS (CASE WHEN extended_at IS NOT NULL THEN received_on + CASE WHEN kind = 'ACCESS' THEN 60 ELSE 90 END END) STORED,
    "period_start" DATE,
    "period_end" DATE,
    "identity_verified_at" TIMESTAMPTZ(3),
    "format" TEXT,
    "delivery_method" TEXT,
    "third_party" BOOLEAN NOT NULL DEFAULT false,
    "third_party_ciphertext" TEXT,
    "fee_cents" INTEGER NOT NULL DEFAULT 0,
    "status" "request_status" NOT NULL DEFAULT 'RECEIVED',
    "fulfilled_at" TIMESTAMPTZ(3),
    "denial_ground" TEXT,
    "reviewable" BOOLEAN,
    "bundle_file_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_access_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_amendment_requests" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "requested_by_id" UUID,
    "target_type" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "requested_change" TEXT NOT NULL,
    "reason" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "received_on" DATE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" DATE GENERATED ALWAYS AS (received_on + 60) STORED,
    "extended_at" TIMESTAMPTZ(3),
    "extension_reason" TEXT,
    "extended_due_at" DATE GENERATED ALWAYS AS (CASE WHEN extended_at IS NOT NULL THEN received_on + 90 END) STORED,
    "status" "request_status" NOT NULL DEFAULT 'RECEIVED',
    "decided_by_id" UUID,
    "denial_ground" TEXT,
    "disagreement" TEXT,
    "rebuttal" TEXT,
    "applied_at" TIMESTAMPTZ(3),
    "informed_persons" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_amendment_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_privacy_requests" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "requested_by_id" UUID,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "details" TEXT NOT NULL,
    "restricted_purposes" "purpose_of_use"[] DEFAULT ARRAY[]::"purpose_of_use"[],
    "recipient" TEXT,
    "coverage_id" UUID,
    "paid_in_full_at" TIMESTAMPTZ(3),
    "channel" "notification_channel",
    "address_ciphertext" TEXT,
    "status" "request_status" NOT NULL DEFAULT 'RECEIVED',
    "decided_at" TIMESTAMPTZ(3),
    "decided_by_id" UUID,
    "disposition" TEXT,
    "effective_from" TIMESTAMPTZ(3),
    "effective_to" TIMESTAMPTZ(3),
    "terminated_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "patient_privacy_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_retention_policies" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "retention_period_days" INTEGER NOT NULL,
    "retention_years" INTEGER,
    "starts_from" TEXT NOT NULL DEFAULT 'CREATED',
    "data_type" "retention_data_type" NOT NULL,
    "legal_basis" TEXT,
    "action" TEXT NOT NULL DEFAULT 'ARCHIVE',
    "minor_extension_years" INTEGER NOT NULL DEFAULT 0,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "data_retention_policies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "retention_executions" (
    "id" UUID NOT NULL,
    "policy_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "cutoff" DATE NOT NULL,
    "candidates" INTEGER NOT NULL DEFAULT 0,
    "archived" INTEGER NOT NULL DEFAULT 0,
    "deleted" INTEGER NOT NULL DEFAULT 0,
    "held_back" INTEGER NOT NULL DEFAULT 0,
    "certificate_hash" BYTEA,
    "dry_run" BOOLEAN NOT NULL DEFAULT true,
    "approved_by_id" UUID,

    CONSTRAINT "retention_executions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "legal_holds" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "matter" TEXT NOT NULL,
    "scope_type" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "data_from" DATE,
    "data_to" DATE,
    "placed_by_id" UUID NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "released_by_id" UUID,
    "released_at" TIMESTAMPTZ(3),
    "release_reason" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "legal_holds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "status" "task_status" NOT NULL DEFAULT 'requested',
    "input_refs" JSONB NOT NULL DEFAULT '[]',
    "findings_ciphertext" TEXT,
    "max_severity" "severity",
    "disclaimer_version" VARCHAR(50),
    "reviewed_by_id" UUID,
    "reviewed_at" TIMESTAMPTZ(3),
    "review_decision" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analysis_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_queues" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "max_concurrency" INTEGER NOT NULL DEFAULT 4,
    "daily_budget_micros" BIGINT,
    "is_paused" BOOLEAN NOT NULL DEFAULT false,
    "dead_letter_after" INTEGER NOT NULL DEFAULT 5,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analysis_queues_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_tasks" (
    "id" UUID NOT NULL,
    "queue_id" UUID NOT NULL,
    "session_id" UUID,
    "type" TEXT NOT NULL,
    "status" "task_status" NOT NULL DEFAULT 'requested',
    "priority" TEXT NOT NULL DEFAULT 'routine',
    "payload" JSONB NOT NULL DEFAULT '{}',
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_owner" VARCHAR(200),
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL DEFAULT 5,
    "last_error_code" VARCHAR(100),
    "dedupe_key" VARCHAR(200) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analysis_tasks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_conversations" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "patient_id" UUID,
    "title_ciphertext" TEXT,
    "model_id" UUID,
    "purpose_of_use" "purpose_of_use",
    "archived_at" TIMESTAMPTZ(3),
    "last_message_at" TIMESTAMPTZ(3),
    "retain_until" DATE,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chat_conversations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_messages" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "role" "message_role" NOT NULL,
    "content_ciphertext" TEXT NOT NULL,
    "citations" JSONB,
    "tokens_in" INTEGER NOT NULL DEFAULT 0,
    "tokens_out" INTEGER NOT NULL DEFAULT 0,
    "interaction_id" UUID,
    "feedback" TEXT,
    "flagged_reason" VARCHAR(100),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chat_messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "document_embeddings" (
    "id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "page" INTEGER,
    "chunk_index" INTEGER NOT NULL,
    "char_start" INTEGER NOT NULL,
    "char_end" INTEGER NOT NULL,
    "dimensions" INTEGER NOT NULL,
    "vector" REAL[],
    "content_hmac" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_embeddings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_interactions" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "patient_id" UUID,
    "task_id" UUID,
    "prompt_key" VARCHAR(200) NOT NULL,
    "prompt_version" VARCHAR(50) NOT NULL,
    "prompt_sha256" BYTEA NOT NULL,
    "input_hash" BYTEA NOT NULL,
    "phi_sent" BOOLEAN NOT NULL DEFAULT false,
    "redaction_map_ciphertext" TEXT,
    "key_id" UUID,
    "context_tokens_before" INTEGER,
    "context_tokens_after" INTEGER,
    "cached_tokens" INTEGER NOT NULL DEFAULT 0,
    "optimizations" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "tokens_in" INTEGER NOT NULL DEFAULT 0,
    "tokens_out" INTEGER NOT NULL DEFAULT 0,
    "latency_ms" INTEGER,
    "outcome" TEXT NOT NULL,
    "safety_flags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "agreement_id" UUID,
    "disclosure_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_interactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_costs" (
    "id" UUID NOT NULL,
    "interaction_id" UUID,
    "session_id" UUID,
    "user_id" UUID NOT NULL,
    "organization_id" UUID,
    "model_id" UUID NOT NULL,
    "category" TEXT NOT NULL,
    "cost_micros" BIGINT NOT NULL,
    "baseline_micros" BIGINT NOT NULL,
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "incurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analysis_costs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_models" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "context_window" INTEGER,
    "dimensions" INTEGER,
    "input_price_micros" BIGINT NOT NULL DEFAULT 0,
    "output_price_micros" BIGINT NOT NULL DEFAULT 0,
    "cached_price_micros" BIGINT NOT NULL DEFAULT 0,
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "fallback_model_id" UUID,
    "agreement_id" UUID,
    "phi_allowed" BOOLEAN NOT NULL DEFAULT false,
    "intended_use" TEXT,
    "source_attributes" JSONB,
    "retired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_models_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_performances" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "task_kind" VARCHAR(64) NOT NULL,
    "metric" VARCHAR(64) NOT NULL,
    "value" DECIMAL NOT NULL,
    "sample_size" INTEGER NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "window_end" TIMESTAMPTZ(3) NOT NULL,
    "dataset_version" VARCHAR(100) NOT NULL DEFAULT '',
    "cohort" VARCHAR(100) NOT NULL DEFAULT '',
    "p50_ms" INTEGER,
    "p95_ms" INTEGER,
    "error_rate" DECIMAL,
    "drift_score" DECIMAL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_performances_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_intents" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "organization_id" UUID,
    "invoice_id" UUID,
    "amount_cents" INTEGER NOT NULL,
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "status" "payment_status" NOT NULL DEFAULT 'REQUIRES_PAYMENT_METHOD',
    "captured_cents" INTEGER NOT NULL DEFAULT 0,
    "refunded_cents" INTEGER NOT NULL DEFAULT 0,
    "failure_code" VARCHAR(100),
    "stripe_payment_intent_id" TEXT,
    "idempotency_key" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_intents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoices" (
    "id" UUID NOT NULL,
    "number" VARCHAR(50),
    "user_id" UUID,
    "organization_id" UUID,
    "subscription_id" UUID,
    "status" "invoice_status" NOT NULL DEFAULT 'DRAFT',
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "subtotal_cents" INTEGER NOT NULL DEFAULT 0,
    "tax_cents" INTEGER NOT NULL DEFAULT 0,
    "total_cents" INTEGER NOT NULL DEFAULT 0,
    "lines" JSONB NOT NULL DEFAULT '[]',
    "render_sha256" BYTEA,
    "issued_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),
    "stripe_invoice_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "billing_events" (
    "id" UUID NOT NULL,
    "provider" TEXT NOT NULL DEFAULT 'stripe',
    "event_id" VARCHAR(255) NOT NULL,
    "type" VARCHAR(100) NOT NULL,
    "payload_hash" BYTEA NOT NULL,
    "signature_verified_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error_code" VARCHAR(100),

    CONSTRAINT "billing_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription_plans" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "billing_interval" TEXT NOT NULL DEFAULT 'MONTH',
    "included_tokens" BIGINT NOT NULL DEFAULT 0,
    "entitlements" JSONB NOT NULL DEFAULT '{}',
    "stripe_price_id" TEXT,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_to" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "organization_id" UUID,
    "plan_id" UUID NOT NULL,
    "status" "subscription_status" NOT NULL DEFAULT 'INCOMPLETE',
    "current_period_start" TIMESTAMPTZ(3) NOT NULL,
    "current_period_end" TIMESTAMPTZ(3) NOT NULL,
    "cancel_at_period_end" BOOLEAN NOT NULL DEFAULT false,
    "trial_ends_at" TIMESTAMPTZ(3),
    "canceled_at" TIMESTAMPTZ(3),
    "stripe_customer_id" TEXT,
    "stripe_subscription_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "token_balances" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "organization_id" UUID,
    "bucket" SMALLINT NOT NULL DEFAULT 0,
    "available" BIGINT NOT NULL DEFAULT 0,
    "reserved" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "token_balances_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "token_transactions" (
    "id" UUID NOT NULL,
    "balance_id" UUID NOT NULL,
    "type" "token_transaction_type" NOT NULL,
    "available_delta" BIGINT NOT NULL DEFAULT 0,
    "reserved_delta" BIGINT NOT NULL DEFAULT 0,
    "available_after" BIGINT NOT NULL,
    "reserved_after" BIGINT NOT NULL,
    "reservation_id" UUID,
    "interaction_id" UUID,
    "task_id" UUID,
    "payment_id" UUID,
    "expires_at" TIMESTAMPTZ(3),
    "reason" VARCHAR(500),
    "idempotency_key" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "token_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_configurations" (
    "id" UUID NOT NULL,
    "provider" "ehr_provider" NOT NULL,
    "organization_id" UUID,
    "agreement_id" UUID,
    "fhir_base_url" TEXT NOT NULL,
    "fhir_version" TEXT NOT NULL DEFAULT '4.0.1',
    "authorize_url" TEXT,
    "token_url" TEXT,
    "jwks_uri" TEXT,
    "client_id" TEXT,
    "client_secret_ciphertext" TEXT,
    "key_id" UUID,
    "supported_scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "capabilities" JSONB NOT NULL DEFAULT '{}',
    "discovered_at" TIMESTAMPTZ(3),
    "page_size" INTEGER NOT NULL DEFAULT 100,
    "rate_limit_per_minute" INTEGER NOT NULL DEFAULT 60,
    "vendor_settings" JSONB,
    "is_active" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_configurations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ehr_connections" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "provider" "ehr_provider" NOT NULL,
    "configuration_id" UUID NOT NULL,
    "patient_identifier_id" UUID,
    "consent_id" UUID,
    "status" "connection_status" NOT NULL DEFAULT 'PENDING_AUTHORIZATION',
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "connected_at" TIMESTAMPTZ(3),
    "last_sync_at" TIMESTAMPTZ(3),
    "sync_cursor" JSONB NOT NULL DEFAULT '{}',
    "next_sync_at" TIMESTAMPTZ(3),
    "error_count" INTEGER NOT NULL DEFAULT 0,
    "disconnected_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ehr_connections_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ehr_credentials" (
    "id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "access_token_ciphertext" TEXT,
    "refresh_token_ciphertext" TEXT,
    "key_id" UUID NOT NULL,
    "token_type" TEXT,
    "scope" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "refreshed_at" TIMESTAMPTZ(3),
    "state_hash" BYTEA,
    "pkce_verifier_ciphertext" TEXT,
    "authorization_expires_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ehr_credentials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fhir_resources" (
    "id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "patient_id" UUID,
    "sync_id" UUID,
    "resource_type" TEXT NOT NULL,
    "fhir_id" TEXT NOT NULL,
    "version_no" INTEGER NOT NULL,
    "version_id" TEXT,
    "last_updated" TIMESTAMPTZ(3),
    "profile" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "content_ciphertext" BYTEA,
    "content_hash" BYTEA,
    "resource_date" TIMESTAMPTZ(3),
    "codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "superseded_at" TIMESTAMPTZ(3),
    "is_deleted" BOOLEAN NOT NULL DEFAULT false,
    "mapped_model" TEXT,
    "mapped_id" UUID,
    "provenance_id" UUID,
    "mapping_error" TEXT,

    CONSTRAINT "fhir_resources_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_histories" (
    "id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "status" "sync_status" NOT NULL DEFAULT 'QUEUED',
    "trigger" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "since" TIMESTAMPTZ(3),
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "deleted" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "conflicts" JSONB NOT NULL DEFAULT '[]',
    "error_code" TEXT,

    CONSTRAINT "sync_histories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulk_export_jobs" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "status" "sync_status" NOT NULL DEFAULT 'QUEUED',
    "configuration_id" UUID,
    "group_id" TEXT,
    "request_url" TEXT NOT NULL,
    "status_url" TEXT,
    "transaction_time" TIMESTAMPTZ(3),
    "types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "since" TIMESTAMPTZ(3),
    "manifest" JSONB,
    "requires_access_token" BOOLEAN NOT NULL DEFAULT true,
    "expires_at" TIMESTAMPTZ(3),
    "requested_by_id" UUID NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "output_file_id" UUID,
    "data_set_method" TEXT NOT NULL DEFAULT 'IDENTIFIED',
    "rule_set_version" TEXT,
    "date_shift_key_id" UUID,
    "expert_name" TEXT,
    "risk_score" DECIMAL(7,6),
    "agreement_id" UUID,
    "error_code" TEXT,

    CONSTRAINT "bulk_export_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "roles_name_key" ON "roles"("name");

-- CreateIndex
CREATE INDEX "roles_organization_id_idx" ON "roles"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "permissions_name_key" ON "permissions"("name");

-- CreateIndex
CREATE INDEX "permissions_scope_idx" ON "permissions"("scope");

-- CreateIndex
CREATE INDEX "role_permissions_permission_id_idx" ON "role_permissions"("permission_id");

-- CreateIndex
CREATE UNIQUE INDEX "role_permissions_role_id_permission_id_key" ON "role_permissions"("role_id", "permission_id");

-- CreateIndex
CREATE INDEX "user_roles_user_id_idx" ON "user_roles"("user_id");

-- CreateIndex
CREATE INDEX "user_roles_role_id_idx" ON "user_roles"("role_id");

-- CreateIndex
CREATE INDEX "user_roles_organization_id_idx" ON "user_roles"("organization_id");

-- CreateIndex
CREATE INDEX "user_roles_granted_by_id_idx" ON "user_roles"("granted_by_id");

-- CreateIndex
CREATE INDEX "user_roles_revoked_by_id_idx" ON "user_roles"("revoked_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_2fas_credential_id_key" ON "user_2fas"("credential_id");

-- CreateIndex
CREATE INDEX "user_2fas_user_id_idx" ON "user_2fas"("user_id");

-- CreateIndex
CREATE INDEX "user_2fas_key_id_idx" ON "user_2fas"("key_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_2fas_user_id_method_single_key" ON "user_2fas"("user_id", "method") WHERE ((disabled_at IS NULL) AND (method = ANY (ARRAY['TOTP'::two_factor_method, 'EMAIL'::two_factor_method, 'RECOVERY_CODE'::two_factor_method])));

-- CreateIndex
CREATE UNIQUE INDEX "identity_challenges_code_hash_key" ON "identity_challenges"("code_hash");

-- CreateIndex
CREATE INDEX "identity_challenges_user_id_purpose_idx" ON "identity_challenges"("user_id", "purpose");

-- CreateIndex
CREATE INDEX "identity_challenges_email_purpose_idx" ON "identity_challenges"("email", "purpose");

-- CreateIndex
CREATE INDEX "identity_challenges_expires_at_idx" ON "identity_challenges"("expires_at");

-- CreateIndex
CREATE INDEX "encryption_keys_kek_id_idx" ON "encryption_keys"("kek_id");

-- CreateIndex
CREATE INDEX "encryption_keys_successor_id_idx" ON "encryption_keys"("successor_id");

-- CreateIndex
CREATE INDEX "encryption_keys_purpose_status_idx" ON "encryption_keys"("purpose", "status");

-- CreateIndex
CREATE UNIQUE INDEX "encryption_keys_alias_version_key" ON "encryption_keys"("alias", "version");

-- CreateIndex
CREATE UNIQUE INDEX "encryption_keys_alias_active_key" ON "encryption_keys"("alias") WHERE (status = 'ACTIVE');

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_key_prefix_key" ON "api_keys"("key_prefix");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_key_hash_key" ON "api_keys"("key_hash");

-- CreateIndex
CREATE INDEX "api_keys_owner_user_id_idx" ON "api_keys"("owner_user_id");

-- CreateIndex
CREATE INDEX "api_keys_organization_id_idx" ON "api_keys"("organization_id");

-- CreateIndex
CREATE INDEX "api_keys_revoked_by_id_idx" ON "api_keys"("revoked_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "notifications_idempotency_key_key" ON "notifications"("idempotency_key");

-- CreateIndex
CREATE INDEX "notifications_user_id_created_at_idx" ON "notifications"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "notifications_organization_id_idx" ON "notifications"("organization_id");

-- CreateIndex
CREATE INDEX "notifications_next_attempt_at_due_idx" ON "notifications"("next_attempt_at") WHERE (status = ANY (ARRAY['QUEUED'::notification_status, 'SENDING'::notification_status]));

-- CreateIndex
CREATE INDEX "notifications_provider_message_id_idx" ON "notifications"("provider_message_id");

-- CreateIndex
CREATE INDEX "organizations_parent_id_idx" ON "organizations"("parent_id");

-- CreateIndex
CREATE INDEX "organizations_npi_idx" ON "organizations"("npi");

-- CreateIndex
CREATE INDEX "organizations_kind_name_idx" ON "organizations"("kind", "name");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_oidc_issuer_client_id_key" ON "organizations"("oidc_issuer", "client_id");

-- CreateIndex
CREATE UNIQUE INDEX "security_configurations_organization_id_key" ON "security_configurations"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_sessions_token_hash_key" ON "user_sessions"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "user_sessions_refresh_token_hash_key" ON "user_sessions"("refresh_token_hash");

-- CreateIndex
CREATE INDEX "user_sessions_user_id_idx" ON "user_sessions"("user_id");

-- CreateIndex
CREATE INDEX "user_sessions_organization_id_idx" ON "user_sessions"("organization_id");

-- CreateIndex
CREATE INDEX "user_sessions_family_id_idx" ON "user_sessions"("family_id");

-- CreateIndex
CREATE INDEX "user_sessions_absolute_expires_at_idx" ON "user_sessions"("absolute_expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "user_sessions_id_user_id_key" ON "user_sessions"("id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_sessions_rotated_from_id_user_id_key" ON "user_sessions"("rotated_from_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "users_role_idx" ON "users"("role");

-- CreateIndex
CREATE INDEX "users_organization_id_idx" ON "users"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "users_external_issuer_external_subject_key" ON "users"("external_issuer", "external_subject");

-- CreateIndex
CREATE INDEX "patient_allergies_patient_id_recorded_at_idx" ON "patient_allergies"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "patient_allergies_encounter_id_patient_id_idx" ON "patient_allergies"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_allergies_patient_id_clinical_status_idx" ON "patient_allergies"("patient_id", "clinical_status");

-- CreateIndex
CREATE INDEX "patient_allergies_normalized_system_normalized_code_idx" ON "patient_allergies"("normalized_system", "normalized_code");

-- CreateIndex
CREATE INDEX "patient_allergies_asserter_id_idx" ON "patient_allergies"("asserter_id");

-- CreateIndex
CREATE INDEX "patient_allergies_recorder_id_idx" ON "patient_allergies"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_allergies_entered_by_id_idx" ON "patient_allergies"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_allergies_id_patient_id_key" ON "patient_allergies"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_allergies_supersedes_id_patient_id_key" ON "patient_allergies"("supersedes_id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "practitioners_npi_key" ON "practitioners"("npi");

-- CreateIndex
CREATE UNIQUE INDEX "practitioners_user_id_key" ON "practitioners"("user_id");

-- CreateIndex
CREATE INDEX "practitioners_organization_id_idx" ON "practitioners"("organization_id");

-- CreateIndex
CREATE INDEX "care_team_members_patient_id_valid_to_idx" ON "care_team_members"("patient_id", "valid_to");

-- CreateIndex
CREATE INDEX "care_team_members_practitioner_id_patient_id_idx" ON "care_team_members"("practitioner_id", "patient_id");

-- CreateIndex
CREATE INDEX "care_team_members_user_id_patient_id_idx" ON "care_team_members"("user_id", "patient_id");

-- CreateIndex
CREATE INDEX "care_team_members_organization_id_patient_id_idx" ON "care_team_members"("organization_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_diagnoses_patient_id_recorded_at_idx" ON "patient_diagnoses"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "patient_diagnoses_encounter_id_patient_id_idx" ON "patient_diagnoses"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_diagnoses_patient_id_clinical_status_idx" ON "patient_diagnoses"("patient_id", "clinical_status");

-- CreateIndex
CREATE INDEX "patient_diagnoses_normalized_system_normalized_code_idx" ON "patient_diagnoses"("normalized_system", "normalized_code");

-- CreateIndex
CREATE INDEX "patient_diagnoses_asserter_id_idx" ON "patient_diagnoses"("asserter_id");

-- CreateIndex
CREATE INDEX "patient_diagnoses_recorder_id_idx" ON "patient_diagnoses"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_diagnoses_entered_by_id_idx" ON "patient_diagnoses"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_diagnoses_id_patient_id_key" ON "patient_diagnoses"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_diagnoses_supersedes_id_patient_id_key" ON "patient_diagnoses"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "documents_patient_id_recorded_at_idx" ON "documents"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "documents_encounter_id_patient_id_idx" ON "documents"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "documents_patient_id_idx" ON "documents"("patient_id");

-- CreateIndex
CREATE INDEX "documents_type_idx" ON "documents"("type");

-- CreateIndex
CREATE INDEX "documents_patient_id_type_idx" ON "documents"("patient_id", "type");

-- CreateIndex
CREATE INDEX "documents_author_id_idx" ON "documents"("author_id");

-- CreateIndex
CREATE INDEX "documents_custodian_id_idx" ON "documents"("custodian_id");

-- CreateIndex
CREATE INDEX "documents_secure_file_id_idx" ON "documents"("secure_file_id");

-- CreateIndex
CREATE INDEX "documents_relates_to_id_patient_id_idx" ON "documents"("relates_to_id", "patient_id");

-- CreateIndex
CREATE INDEX "documents_processing_status_idx" ON "documents"("processing_status") WHERE (processing_status <> 'COMPLETED'::file_processing_status);

-- CreateIndex
CREATE INDEX "documents_recorder_id_idx" ON "documents"("recorder_id");

-- CreateIndex
CREATE INDEX "documents_entered_by_id_idx" ON "documents"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "documents_id_patient_id_key" ON "documents"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "documents_supersedes_id_patient_id_key" ON "documents"("supersedes_id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "secure_files_storage_uri_key" ON "secure_files"("storage_uri");

-- CreateIndex
CREATE INDEX "secure_files_patient_id_idx" ON "secure_files"("patient_id");

-- CreateIndex
CREATE INDEX "secure_files_key_id_idx" ON "secure_files"("key_id");

-- CreateIndex
CREATE INDEX "secure_files_uploaded_by_id_idx" ON "secure_files"("uploaded_by_id");

-- CreateIndex
CREATE INDEX "secure_files_hmac_plain_idx" ON "secure_files"("hmac_plain");

-- CreateIndex
CREATE INDEX "ocr_results_document_id_patient_id_idx" ON "ocr_results"("document_id", "patient_id");

-- CreateIndex
CREATE INDEX "ocr_results_patient_id_idx" ON "ocr_results"("patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "ocr_results_id_patient_id_key" ON "ocr_results"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "ocr_results_document_id_page_engine_engine_version_key" ON "ocr_results"("document_id", "page", "engine", "engine_version");

-- CreateIndex
CREATE INDEX "extracted_data_document_id_patient_id_idx" ON "extracted_data"("document_id", "patient_id");

-- CreateIndex
CREATE INDEX "extracted_data_ocr_result_id_patient_id_idx" ON "extracted_data"("ocr_result_id", "patient_id");

-- CreateIndex
CREATE INDEX "extracted_data_patient_id_idx" ON "extracted_data"("patient_id");

-- CreateIndex
CREATE INDEX "extracted_data_reviewed_by_id_idx" ON "extracted_data"("reviewed_by_id");

-- CreateIndex
CREATE INDEX "extracted_data_target_type_target_id_idx" ON "extracted_data"("target_type", "target_id");

-- CreateIndex
CREATE UNIQUE INDEX "extracted_data_id_patient_id_key" ON "extracted_data"("id", "patient_id");

-- CreateIndex
CREATE INDEX "provenances_patient_id_recorded_at_idx" ON "provenances"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "provenances_target_type_target_id_target_version_idx" ON "provenances"("target_type", "target_id", "target_version");

-- CreateIndex
CREATE INDEX "provenances_agent_user_id_idx" ON "provenances"("agent_user_id");

-- CreateIndex
CREATE INDEX "provenances_on_behalf_of_id_idx" ON "provenances"("on_behalf_of_id");

-- CreateIndex
CREATE INDEX "provenances_source_document_id_patient_id_idx" ON "provenances"("source_document_id", "patient_id");

-- CreateIndex
CREATE INDEX "provenances_extracted_data_id_patient_id_idx" ON "provenances"("extracted_data_id", "patient_id");

-- CreateIndex
CREATE INDEX "encounters_patient_id_period_start_idx" ON "encounters"("patient_id", "period_start" DESC);

-- CreateIndex
CREATE INDEX "encounters_service_provider_id_idx" ON "encounters"("service_provider_id");

-- CreateIndex
CREATE INDEX "encounters_site_id_idx" ON "encounters"("site_id");

-- CreateIndex
CREATE INDEX "encounters_attending_id_idx" ON "encounters"("attending_id");

-- CreateIndex
CREATE INDEX "encounters_part_of_id_patient_id_idx" ON "encounters"("part_of_id", "patient_id");

-- CreateIndex
CREATE INDEX "encounters_recorder_id_idx" ON "encounters"("recorder_id");

-- CreateIndex
CREATE INDEX "encounters_entered_by_id_idx" ON "encounters"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "encounters_id_patient_id_key" ON "encounters"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "encounters_supersedes_id_patient_id_key" ON "encounters"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_family_histories_patient_id_recorded_at_idx" ON "patient_family_histories"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "patient_family_histories_encounter_id_patient_id_idx" ON "patient_family_histories"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_family_histories_recorder_id_idx" ON "patient_family_histories"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_family_histories_entered_by_id_idx" ON "patient_family_histories"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_family_histories_id_patient_id_key" ON "patient_family_histories"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_family_histories_supersedes_id_patient_id_key" ON "patient_family_histories"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_immunizations_patient_id_occurrence_at_idx" ON "patient_immunizations"("patient_id", "occurrence_at" DESC);

-- CreateIndex
CREATE INDEX "patient_immunizations_encounter_id_patient_id_idx" ON "patient_immunizations"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_immunizations_site_id_idx" ON "patient_immunizations"("site_id");

-- CreateIndex
CREATE INDEX "patient_immunizations_performer_id_idx" ON "patient_immunizations"("performer_id");

-- CreateIndex
CREATE INDEX "patient_immunizations_recorder_id_idx" ON "patient_immunizations"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_immunizations_entered_by_id_idx" ON "patient_immunizations"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_immunizations_id_patient_id_key" ON "patient_immunizations"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_immunizations_supersedes_id_patient_id_key" ON "patient_immunizations"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_medications_patient_id_recorded_at_idx" ON "patient_medications"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "patient_medications_encounter_id_patient_id_idx" ON "patient_medications"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_medications_patient_id_kind_status_idx" ON "patient_medications"("patient_id", "kind", "status");

-- CreateIndex
CREATE INDEX "patient_medications_normalized_system_normalized_code_idx" ON "patient_medications"("normalized_system", "normalized_code");

-- CreateIndex
CREATE INDEX "patient_medications_requester_id_idx" ON "patient_medications"("requester_id");

-- CreateIndex
CREATE INDEX "patient_medications_order_id_patient_id_idx" ON "patient_medications"("order_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_medications_recorder_id_idx" ON "patient_medications"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_medications_entered_by_id_idx" ON "patient_medications"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_medications_id_patient_id_key" ON "patient_medications"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_medications_supersedes_id_patient_id_key" ON "patient_medications"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_vital_signs_patient_id_effective_at_idx" ON "patient_vital_signs"("patient_id", "effective_at" DESC);

-- CreateIndex
CREATE INDEX "patient_vital_signs_encounter_id_patient_id_idx" ON "patient_vital_signs"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_vital_signs_patient_id_loinc_code_effective_at_idx" ON "patient_vital_signs"("patient_id", "loinc_code", "effective_at" DESC);

-- CreateIndex
CREATE INDEX "patient_vital_signs_panel_id_patient_id_idx" ON "patient_vital_signs"("panel_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_vital_signs_device_id_patient_id_idx" ON "patient_vital_signs"("device_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_vital_signs_recorder_id_idx" ON "patient_vital_signs"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_vital_signs_entered_by_id_idx" ON "patient_vital_signs"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_vital_signs_id_patient_id_key" ON "patient_vital_signs"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_vital_signs_supersedes_id_patient_id_key" ON "patient_vital_signs"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_observations_patient_id_effective_at_idx" ON "patient_observations"("patient_id", "effective_at" DESC);

-- CreateIndex
CREATE INDEX "patient_observations_encounter_id_patient_id_idx" ON "patient_observations"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_observations_patient_id_category_effective_at_idx" ON "patient_observations"("patient_id", "category", "effective_at" DESC);

-- CreateIndex
CREATE INDEX "patient_observations_patient_id_loinc_number_effective_at_idx" ON "patient_observations"("patient_id", "loinc_number", "effective_at" DESC);

-- CreateIndex
CREATE INDEX "patient_observations_report_id_patient_id_idx" ON "patient_observations"("report_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_observations_service_request_id_patient_id_idx" ON "patient_observations"("service_request_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_observations_panel_id_patient_id_idx" ON "patient_observations"("panel_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_observations_device_id_patient_id_idx" ON "patient_observations"("device_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_observations_performer_id_idx" ON "patient_observations"("performer_id");

-- CreateIndex
CREATE INDEX "patient_observations_mapping_id_idx" ON "patient_observations"("mapping_id");

-- CreateIndex
CREATE INDEX "patient_observations_conversion_id_idx" ON "patient_observations"("conversion_id");

-- CreateIndex
CREATE INDEX "patient_observations_reference_range_id_idx" ON "patient_observations"("reference_range_id");

-- CreateIndex
CREATE INDEX "patient_observations_reviewed_by_id_idx" ON "patient_observations"("reviewed_by_id");

-- CreateIndex
CREATE INDEX "patient_observations_recorder_id_idx" ON "patient_observations"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_observations_entered_by_id_idx" ON "patient_observations"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_observations_id_patient_id_key" ON "patient_observations"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_observations_supersedes_id_patient_id_key" ON "patient_observations"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "diagnostic_reports_patient_id_effective_at_idx" ON "diagnostic_reports"("patient_id", "effective_at" DESC);

-- CreateIndex
CREATE INDEX "diagnostic_reports_encounter_id_patient_id_idx" ON "diagnostic_reports"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "diagnostic_reports_performer_id_idx" ON "diagnostic_reports"("performer_id");

-- CreateIndex
CREATE INDEX "diagnostic_reports_laboratory_id_idx" ON "diagnostic_reports"("laboratory_id");

-- CreateIndex
CREATE INDEX "diagnostic_reports_accession_blind_index_idx" ON "diagnostic_reports"("accession_blind_index");

-- CreateIndex
CREATE INDEX "diagnostic_reports_service_request_id_patient_id_idx" ON "diagnostic_reports"("service_request_id", "patient_id");

-- CreateIndex
CREATE INDEX "diagnostic_reports_document_id_patient_id_idx" ON "diagnostic_reports"("document_id", "patient_id");

-- CreateIndex
CREATE INDEX "diagnostic_reports_recorder_id_idx" ON "diagnostic_reports"("recorder_id");

-- CreateIndex
CREATE INDEX "diagnostic_reports_entered_by_id_idx" ON "diagnostic_reports"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "diagnostic_reports_id_patient_id_key" ON "diagnostic_reports"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "diagnostic_reports_supersedes_id_patient_id_key" ON "diagnostic_reports"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "service_requests_patient_id_recorded_at_idx" ON "service_requests"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "service_requests_encounter_id_patient_id_idx" ON "service_requests"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "service_requests_patient_id_status_idx" ON "service_requests"("patient_id", "status");

-- CreateIndex
CREATE INDEX "service_requests_requester_id_idx" ON "service_requests"("requester_id");

-- CreateIndex
CREATE INDEX "service_requests_performer_organization_id_idx" ON "service_requests"("performer_organization_id");

-- CreateIndex
CREATE INDEX "service_requests_based_on_id_patient_id_idx" ON "service_requests"("based_on_id", "patient_id");

-- CreateIndex
CREATE INDEX "service_requests_recorder_id_idx" ON "service_requests"("recorder_id");

-- CreateIndex
CREATE INDEX "service_requests_entered_by_id_idx" ON "service_requests"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "service_requests_id_patient_id_key" ON "service_requests"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "service_requests_supersedes_id_patient_id_key" ON "service_requests"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_care_plans_patient_id_recorded_at_idx" ON "patient_care_plans"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "patient_care_plans_encounter_id_patient_id_idx" ON "patient_care_plans"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_care_plans_patient_id_status_idx" ON "patient_care_plans"("patient_id", "status");

-- CreateIndex
CREATE INDEX "patient_care_plans_author_id_idx" ON "patient_care_plans"("author_id");

-- CreateIndex
CREATE INDEX "patient_care_plans_recorder_id_idx" ON "patient_care_plans"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_care_plans_entered_by_id_idx" ON "patient_care_plans"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_care_plans_id_patient_id_key" ON "patient_care_plans"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_care_plans_supersedes_id_patient_id_key" ON "patient_care_plans"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_goals_patient_id_recorded_at_idx" ON "patient_goals"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "patient_goals_encounter_id_patient_id_idx" ON "patient_goals"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_goals_care_plan_id_patient_id_idx" ON "patient_goals"("care_plan_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_goals_diagnosis_id_patient_id_idx" ON "patient_goals"("diagnosis_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_goals_recorder_id_idx" ON "patient_goals"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_goals_entered_by_id_idx" ON "patient_goals"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_goals_id_patient_id_key" ON "patient_goals"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_goals_supersedes_id_patient_id_key" ON "patient_goals"("supersedes_id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patients_user_id_key" ON "patients"("user_id");

-- CreateIndex
CREATE INDEX "patients_mrn_idx" ON "patients" USING HASH ("mrn");

-- CreateIndex
CREATE INDEX "patients_family_blind_index_idx" ON "patients" USING GIN ("family_blind_index");

-- CreateIndex
CREATE INDEX "patients_given_blind_index_idx" ON "patients" USING GIN ("given_blind_index");

-- CreateIndex
CREATE INDEX "patients_name_phonetic_index_idx" ON "patients" USING GIN ("name_phonetic_index");

-- CreateIndex
CREATE INDEX "patients_birth_date_blind_index_idx" ON "patients"("birth_date_blind_index");

-- CreateIndex
CREATE INDEX "patients_ssn_blind_index_idx" ON "patients"("ssn_blind_index");

-- CreateIndex
CREATE INDEX "patients_general_practitioner_id_idx" ON "patients"("general_practitioner_id");

-- CreateIndex
CREATE INDEX "patients_merged_into_id_idx" ON "patients"("merged_into_id");

-- CreateIndex
CREATE INDEX "patients_retain_until_idx" ON "patients"("retain_until");

-- CreateIndex
CREATE UNIQUE INDEX "patients_organization_id_mrn_blind_index_key" ON "patients"("organization_id", "mrn_blind_index");

-- CreateIndex
CREATE UNIQUE INDEX "patients_mrn_without_organization_key" ON "patients"("mrn_blind_index") WHERE (organization_id IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "patient_repositories_patient_id_key" ON "patient_repositories"("patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_repositories_storage_prefix_key" ON "patient_repositories"("storage_prefix");

-- CreateIndex
CREATE INDEX "patient_repositories_encryption_key_id_idx" ON "patient_repositories"("encryption_key_id");

-- CreateIndex
CREATE INDEX "patient_identifiers_patient_id_idx" ON "patient_identifiers"("patient_id");

-- CreateIndex
CREATE INDEX "patient_identifiers_assigner_id_idx" ON "patient_identifiers"("assigner_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_identifiers_id_patient_id_key" ON "patient_identifiers"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_identifiers_live_key" ON "patient_identifiers"("system", "value_blind_index") WHERE (ended_at IS NULL);

-- CreateIndex
CREATE INDEX "patient_relationships_patient_id_idx" ON "patient_relationships"("patient_id");

-- CreateIndex
CREATE INDEX "patient_relationships_related_user_id_idx" ON "patient_relationships"("related_user_id");

-- CreateIndex
CREATE INDEX "patient_relationships_evidence_document_id_patient_id_idx" ON "patient_relationships"("evidence_document_id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_relationships_id_patient_id_key" ON "patient_relationships"("id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_coverages_patient_id_idx" ON "patient_coverages"("patient_id");

-- CreateIndex
CREATE INDEX "patient_coverages_payor_id_idx" ON "patient_coverages"("payor_id");

-- CreateIndex
CREATE INDEX "patient_coverages_member_id_blind_index_idx" ON "patient_coverages"("member_id_blind_index");

-- CreateIndex
CREATE UNIQUE INDEX "patient_coverages_id_patient_id_key" ON "patient_coverages"("id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_procedures_patient_id_performed_start_idx" ON "patient_procedures"("patient_id", "performed_start" DESC);

-- CreateIndex
CREATE INDEX "patient_procedures_encounter_id_patient_id_idx" ON "patient_procedures"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_procedures_performer_id_idx" ON "patient_procedures"("performer_id");

-- CreateIndex
CREATE INDEX "patient_procedures_service_request_id_patient_id_idx" ON "patient_procedures"("service_request_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_procedures_normalized_system_normalized_code_idx" ON "patient_procedures"("normalized_system", "normalized_code");

-- CreateIndex
CREATE INDEX "patient_procedures_recorder_id_idx" ON "patient_procedures"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_procedures_entered_by_id_idx" ON "patient_procedures"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_procedures_id_patient_id_key" ON "patient_procedures"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_procedures_supersedes_id_patient_id_key" ON "patient_procedures"("supersedes_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_devices_patient_id_recorded_at_idx" ON "patient_devices"("patient_id", "recorded_at" DESC);

-- CreateIndex
CREATE INDEX "patient_devices_encounter_id_patient_id_idx" ON "patient_devices"("encounter_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_devices_procedure_id_patient_id_idx" ON "patient_devices"("procedure_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_devices_udi_di_idx" ON "patient_devices"("udi_di");

-- CreateIndex
CREATE INDEX "patient_devices_recorder_id_idx" ON "patient_devices"("recorder_id");

-- CreateIndex
CREATE INDEX "patient_devices_entered_by_id_idx" ON "patient_devices"("entered_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_devices_id_patient_id_key" ON "patient_devices"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_devices_supersedes_id_patient_id_key" ON "patient_devices"("supersedes_id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "loinc_codes_loinc_number_key" ON "loinc_codes"("loinc_number");

-- CreateIndex
CREATE INDEX "loinc_codes_common_name_idx" ON "loinc_codes"("common_name");

-- CreateIndex
CREATE INDEX "loinc_codes_common_name_trgm_idx" ON "loinc_codes" USING GIN ("common_name" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "loinc_codes_component_idx" ON "loinc_codes"("component");

-- CreateIndex
CREATE INDEX "loinc_codes_release_id_idx" ON "loinc_codes"("release_id");

-- CreateIndex
CREATE UNIQUE INDEX "snomed_codes_concept_id_key" ON "snomed_codes"("concept_id");

-- CreateIndex
CREATE INDEX "snomed_codes_preferred_term_idx" ON "snomed_codes"("preferred_term");

-- CreateIndex
CREATE INDEX "snomed_codes_release_id_idx" ON "snomed_codes"("release_id");

-- CreateIndex
CREATE UNIQUE INDEX "rx_norm_codes_rxcui_key" ON "rx_norm_codes"("rxcui");

-- CreateIndex
CREATE INDEX "rx_norm_codes_name_idx" ON "rx_norm_codes"("name");

-- CreateIndex
CREATE INDEX "rx_norm_codes_ingredient_rxcui_idx" ON "rx_norm_codes"("ingredient_rxcui");

-- CreateIndex
CREATE INDEX "rx_norm_codes_ndc_idx" ON "rx_norm_codes" USING GIN ("ndc");

-- CreateIndex
CREATE INDEX "rx_norm_codes_release_id_idx" ON "rx_norm_codes"("release_id");

-- CreateIndex
CREATE INDEX "icd10_codes_release_id_idx" ON "icd10_codes"("release_id");

-- CreateIndex
CREATE UNIQUE INDEX "icd10_codes_code_system_code_key" ON "icd10_codes"("code_system", "code");

-- CreateIndex
CREATE UNIQUE INDEX "cpt_codes_code_key" ON "cpt_codes"("code");

-- CreateIndex
CREATE INDEX "cpt_codes_licensed_by_id_idx" ON "cpt_codes"("licensed_by_id");

-- CreateIndex
CREATE INDEX "cpt_codes_release_id_idx" ON "cpt_codes"("release_id");

-- CreateIndex
CREATE INDEX "code_mappings_source_system_source_code_idx" ON "code_mappings"("source_system", "source_code");

-- CreateIndex
CREATE INDEX "code_mappings_target_system_target_code_idx" ON "code_mappings"("target_system", "target_code");

-- CreateIndex
CREATE INDEX "code_mappings_reviewed_by_id_idx" ON "code_mappings"("reviewed_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "code_mappings_one_active_key" ON "code_mappings"("source_uri", "source_code", "target_system") WHERE (status = 'ACTIVE'::text);

-- CreateIndex
CREATE INDEX "reference_ranges_loinc_number_sex_age_min_days_idx" ON "reference_ranges"("loinc_number", "sex", "age_min_days");

-- CreateIndex
CREATE INDEX "reference_ranges_organization_id_idx" ON "reference_ranges"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "unit_conversions_loinc_number_from_ucum_to_ucum_key" ON "unit_conversions"("loinc_number", "from_ucum", "to_ucum");

-- CreateIndex
CREATE INDEX "terminology_releases_licence_accepted_by_id_idx" ON "terminology_releases"("licence_accepted_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "terminology_releases_system_version_key" ON "terminology_releases"("system", "version");

-- CreateIndex
CREATE UNIQUE INDEX "terminology_releases_one_current_key" ON "terminology_releases"("system") WHERE (is_current);

-- CreateIndex
CREATE INDEX "legal_agreements_organization_id_type_idx" ON "legal_agreements"("organization_id", "type");

-- CreateIndex
CREATE INDEX "legal_agreements_counterparty_id_type_idx" ON "legal_agreements"("counterparty_id", "type");

-- CreateIndex
CREATE INDEX "legal_agreements_user_id_idx" ON "legal_agreements"("user_id");

-- CreateIndex
CREATE INDEX "legal_agreements_patient_id_idx" ON "legal_agreements"("patient_id");

-- CreateIndex
CREATE INDEX "legal_agreements_file_id_idx" ON "legal_agreements"("file_id");

-- CreateIndex
CREATE INDEX "access_reviews_organization_id_kind_period_end_idx" ON "access_reviews"("organization_id", "kind", "period_end");

-- CreateIndex
CREATE INDEX "access_reviews_reviewer_id_idx" ON "access_reviews"("reviewer_id");

-- CreateIndex
CREATE INDEX "access_reviews_open" ON "access_reviews"("due_at") WHERE (completed_at IS NULL);

-- CreateIndex
CREATE INDEX "risk_assessments_review_id_idx" ON "risk_assessments"("review_id");

-- CreateIndex
CREATE INDEX "risk_assessments_owner_id_idx" ON "risk_assessments"("owner_id");

-- CreateIndex
CREATE INDEX "risk_assessments_approved_by_id_idx" ON "risk_assessments"("approved_by_id");

-- CreateIndex
CREATE INDEX "risk_assessments_open_by_severity" ON "risk_assessments"("severity", "due_at") WHERE (closed_at IS NULL);

-- CreateIndex
CREATE INDEX "training_records_user_id_kind_expires_at_idx" ON "training_records"("user_id", "kind", "expires_at");

-- CreateIndex
CREATE INDEX "training_records_decided_by_id_idx" ON "training_records"("decided_by_id");

-- CreateIndex
CREATE INDEX "audit_logs_user_id_timestamp_idx" ON "audit_logs"("user_id", "timestamp");

-- CreateIndex
CREATE INDEX "audit_logs_patient_id_timestamp_idx" ON "audit_logs"("patient_id", "timestamp");

-- CreateIndex
CREATE INDEX "audit_logs_event_type_timestamp_idx" ON "audit_logs"("event_type", "timestamp");

-- CreateIndex
CREATE INDEX "audit_logs_timestamp_idx" ON "audit_logs"("timestamp");

-- CreateIndex
CREATE INDEX "audit_logs_resource_type_resource_id_idx" ON "audit_logs"("resource_type", "resource_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_log_archives_partition_key" ON "audit_log_archives"("partition");

-- CreateIndex
CREATE INDEX "audit_log_archives_key_id_idx" ON "audit_log_archives"("key_id");

-- CreateIndex
CREATE INDEX "audit_log_archives_retain_until_idx" ON "audit_log_archives"("retain_until");

-- CreateIndex
CREATE INDEX "audit_checkpoints_key_id_idx" ON "audit_checkpoints"("key_id");

-- CreateIndex
CREATE INDEX "audit_checkpoints_batch_id_idx" ON "audit_checkpoints"("batch_id");

-- CreateIndex
CREATE INDEX "audit_checkpoints_closed_at_idx" ON "audit_checkpoints"("closed_at");

-- CreateIndex
CREATE UNIQUE INDEX "audit_checkpoints_shard_first_seq_key" ON "audit_checkpoints"("shard", "first_seq");

-- CreateIndex
CREATE UNIQUE INDEX "audit_checkpoints_one_open_per_shard" ON "audit_checkpoints"("shard") WHERE (closed_at IS NULL);

-- CreateIndex
CREATE INDEX "patient_consents_patient_id_status_idx" ON "patient_consents"("patient_id", "status");

-- CreateIndex
CREATE INDEX "patient_consents_discloser_id_idx" ON "patient_consents"("discloser_id");

-- CreateIndex
CREATE INDEX "patient_consents_grantor_id_idx" ON "patient_consents"("grantor_id");

-- CreateIndex
CREATE INDEX "patient_consents_relationship_id_patient_id_idx" ON "patient_consents"("relationship_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_consents_document_id_patient_id_idx" ON "patient_consents"("document_id", "patient_id");

-- CreateIndex
CREATE INDEX "patient_consents_valid_to_idx" ON "patient_consents"("valid_to");

-- CreateIndex
CREATE UNIQUE INDEX "patient_consents_id_patient_id_key" ON "patient_consents"("id", "patient_id");

-- CreateIndex
CREATE INDEX "consent_grants_consent_id_patient_id_idx" ON "consent_grants"("consent_id", "patient_id");

-- CreateIndex
CREATE INDEX "consent_grants_patient_id_idx" ON "consent_grants"("patient_id");

-- CreateIndex
CREATE INDEX "consent_grants_actor_user_id_idx" ON "consent_grants"("actor_user_id");

-- CreateIndex
CREATE INDEX "consent_grants_actor_organization_id_idx" ON "consent_grants"("actor_organization_id");

-- CreateIndex
CREATE INDEX "consent_grants_actor_practitioner_id_idx" ON "consent_grants"("actor_practitioner_id");

-- CreateIndex
CREATE INDEX "disclosures_patient_id_disclosed_at_idx" ON "disclosures"("patient_id", "disclosed_at");

-- CreateIndex
CREATE INDEX "disclosures_disclosed_by_id_idx" ON "disclosures"("disclosed_by_id");

-- CreateIndex
CREATE INDEX "disclosures_recipient_id_idx" ON "disclosures"("recipient_id");

-- CreateIndex
CREATE INDEX "disclosures_consent_id_patient_id_idx" ON "disclosures"("consent_id", "patient_id");

-- CreateIndex
CREATE INDEX "disclosures_source_job_id_idx" ON "disclosures"("source_job_id");

-- CreateIndex
CREATE UNIQUE INDEX "disclosures_id_patient_id_key" ON "disclosures"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "file_access_grants_token_hash_key" ON "file_access_grants"("token_hash");

-- CreateIndex
CREATE INDEX "file_access_grants_secure_file_id_idx" ON "file_access_grants"("secure_file_id");

-- CreateIndex
CREATE INDEX "file_access_grants_patient_id_idx" ON "file_access_grants"("patient_id");

-- CreateIndex
CREATE INDEX "file_access_grants_grantee_user_id_idx" ON "file_access_grants"("grantee_user_id");

-- CreateIndex
CREATE INDEX "file_access_grants_granted_by_id_idx" ON "file_access_grants"("granted_by_id");

-- CreateIndex
CREATE INDEX "file_access_grants_consent_id_patient_id_idx" ON "file_access_grants"("consent_id", "patient_id");

-- CreateIndex
CREATE INDEX "file_access_grants_disclosure_id_patient_id_idx" ON "file_access_grants"("disclosure_id", "patient_id");

-- CreateIndex
CREATE INDEX "file_access_grants_expires_at_idx" ON "file_access_grants"("expires_at");

-- CreateIndex
CREATE INDEX "emergency_accesses_user_id_patient_id_expires_at_idx" ON "emergency_accesses"("user_id", "patient_id", "expires_at");

-- CreateIndex
CREATE INDEX "emergency_accesses_patient_id_started_at_idx" ON "emergency_accesses"("patient_id", "started_at");

-- CreateIndex
CREATE INDEX "emergency_accesses_reviewed_by_id_idx" ON "emergency_accesses"("reviewed_by_id");

-- CreateIndex
CREATE INDEX "emergency_accesses_to_review" ON "emergency_accesses"("review_due_at") WHERE (reviewed_at IS NULL);

-- CreateIndex
CREATE INDEX "security_alerts_user_id_first_seen_at_idx" ON "security_alerts"("user_id", "first_seen_at");

-- CreateIndex
CREATE INDEX "security_alerts_patient_id_first_seen_at_idx" ON "security_alerts"("patient_id", "first_seen_at");

-- CreateIndex
CREATE INDEX "security_alerts_assigned_to_id_idx" ON "security_alerts"("assigned_to_id");

-- CreateIndex
CREATE INDEX "security_alerts_incident_id_idx" ON "security_alerts"("incident_id");

-- CreateIndex
CREATE INDEX "security_alerts_open_by_severity" ON "security_alerts"("severity", "first_seen_at") WHERE (resolved_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "security_alerts_one_open_per_key" ON "security_alerts"("dedupe_key") WHERE (resolved_at IS NULL);

-- CreateIndex
CREATE INDEX "breach_incidents_organization_id_status_idx" ON "breach_incidents"("organization_id", "status");

-- CreateIndex
CREATE INDEX "breach_incidents_lead_id_idx" ON "breach_incidents"("lead_id");

-- CreateIndex
CREATE INDEX "breach_incidents_individual_due_at_idx" ON "breach_incidents"("individual_due_at");

-- CreateIndex
CREATE INDEX "breach_incidents_secretary_due_at_idx" ON "breach_incidents"("secretary_due_at");

-- CreateIndex
CREATE INDEX "breach_notifications_incident_id_audience_idx" ON "breach_notifications"("incident_id", "audience");

-- CreateIndex
CREATE INDEX "breach_notifications_patient_id_idx" ON "breach_notifications"("patient_id");

-- CreateIndex
CREATE INDEX "breach_notifications_notification_id_idx" ON "breach_notifications"("notification_id");

-- CreateIndex
CREATE INDEX "breach_notifications_evidence_file_id_idx" ON "breach_notifications"("evidence_file_id");

-- CreateIndex
CREATE INDEX "breach_notifications_to_send" ON "breach_notifications"("due_at") WHERE (sent_at IS NULL);

-- CreateIndex
CREATE INDEX "patient_access_requests_patient_id_received_at_idx" ON "patient_access_requests"("patient_id", "received_at");

-- CreateIndex
CREATE INDEX "patient_access_requests_organization_id_status_due_at_idx" ON "patient_access_requests"("organization_id", "status", "due_at");

-- CreateIndex
CREATE INDEX "patient_access_requests_requested_by_id_idx" ON "patient_access_requests"("requested_by_id");

-- CreateIndex
CREATE INDEX "patient_access_requests_bundle_file_id_idx" ON "patient_access_requests"("bundle_file_id");

-- CreateIndex
CREATE INDEX "patient_amendment_requests_patient_id_received_at_idx" ON "patient_amendment_requests"("patient_id", "received_at");

-- CreateIndex
CREATE INDEX "patient_amendment_requests_organization_id_status_due_at_idx" ON "patient_amendment_requests"("organization_id", "status", "due_at");

-- CreateIndex
CREATE INDEX "patient_amendment_requests_requested_by_id_idx" ON "patient_amendment_requests"("requested_by_id");

-- CreateIndex
CREATE INDEX "patient_amendment_requests_decided_by_id_idx" ON "patient_amendment_requests"("decided_by_id");

-- CreateIndex
CREATE INDEX "patient_amendment_requests_target_type_target_id_idx" ON "patient_amendment_requests"("target_type", "target_id");

-- CreateIndex
CREATE INDEX "patient_privacy_requests_patient_id_kind_idx" ON "patient_privacy_requests"("patient_id", "kind");

-- CreateIndex
CREATE INDEX "patient_privacy_requests_organization_id_status_idx" ON "patient_privacy_requests"("organization_id", "status");

-- CreateIndex
CREATE INDEX "patient_privacy_requests_requested_by_id_idx" ON "patient_privacy_requests"("requested_by_id");

-- CreateIndex
CREATE INDEX "patient_privacy_requests_decided_by_id_idx" ON "patient_privacy_requests"("decided_by_id");

-- CreateIndex
CREATE INDEX "patient_privacy_requests_coverage_id_patient_id_idx" ON "patient_privacy_requests"("coverage_id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "data_retention_policies_name_key" ON "data_retention_policies"("name");

-- CreateIndex
CREATE INDEX "data_retention_policies_data_type_is_active_idx" ON "data_retention_policies"("data_type", "is_active");

-- CreateIndex
CREATE INDEX "retention_executions_policy_id_started_at_idx" ON "retention_executions"("policy_id", "started_at");

-- CreateIndex
CREATE INDEX "retention_executions_approved_by_id_idx" ON "retention_executions"("approved_by_id");

-- CreateIndex
CREATE INDEX "legal_holds_scope_type_scope_id_idx" ON "legal_holds"("scope_type", "scope_id");

-- CreateIndex
CREATE INDEX "legal_holds_placed_by_id_idx" ON "legal_holds"("placed_by_id");

-- CreateIndex
CREATE INDEX "legal_holds_released_by_id_idx" ON "legal_holds"("released_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "legal_holds_one_live_per_scope" ON "legal_holds"("matter", "scope_type", "scope_id") WHERE (released_at IS NULL);

-- CreateIndex
CREATE INDEX "analysis_sessions_patient_id_created_at_idx" ON "analysis_sessions"("patient_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "analysis_sessions_user_id_idx" ON "analysis_sessions"("user_id");

-- CreateIndex
CREATE INDEX "analysis_sessions_reviewed_by_id_idx" ON "analysis_sessions"("reviewed_by_id");

-- CreateIndex
CREATE INDEX "analysis_sessions_awaiting_review_idx" ON "analysis_sessions"("max_severity", "finished_at") WHERE (status = 'completed' AND reviewed_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "analysis_queues_name_key" ON "analysis_queues"("name");

-- CreateIndex
CREATE UNIQUE INDEX "analysis_tasks_dedupe_key_key" ON "analysis_tasks"("dedupe_key");

-- CreateIndex
CREATE INDEX "analysis_tasks_queue_id_idx" ON "analysis_tasks"("queue_id");

-- CreateIndex
CREATE INDEX "analysis_tasks_session_id_idx" ON "analysis_tasks"("session_id");

-- CreateIndex
CREATE INDEX "analysis_tasks_ready_idx" ON "analysis_tasks"("queue_id", "run_at") WHERE (status = ANY (ARRAY['requested'::task_status, 'ready'::task_status]));

-- CreateIndex
CREATE INDEX "analysis_tasks_lease_idx" ON "analysis_tasks"("lease_until") WHERE (status = 'in-progress');

-- CreateIndex
CREATE INDEX "chat_conversations_user_id_last_message_at_idx" ON "chat_conversations"("user_id", "last_message_at" DESC);

-- CreateIndex
CREATE INDEX "chat_conversations_patient_id_idx" ON "chat_conversations"("patient_id");

-- CreateIndex
CREATE INDEX "chat_conversations_model_id_idx" ON "chat_conversations"("model_id");

-- CreateIndex
CREATE INDEX "chat_conversations_retain_until_idx" ON "chat_conversations"("retain_until");

-- CreateIndex
CREATE INDEX "chat_messages_interaction_id_idx" ON "chat_messages"("interaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_messages_conversation_id_sequence_key" ON "chat_messages"("conversation_id", "sequence");

-- CreateIndex
CREATE INDEX "document_embeddings_document_id_patient_id_idx" ON "document_embeddings"("document_id", "patient_id");

-- CreateIndex
CREATE INDEX "document_embeddings_patient_id_model_id_idx" ON "document_embeddings"("patient_id", "model_id");

-- CreateIndex
CREATE INDEX "document_embeddings_model_id_idx" ON "document_embeddings"("model_id");

-- CreateIndex
CREATE UNIQUE INDEX "document_embeddings_document_id_chunk_index_model_id_key" ON "document_embeddings"("document_id", "chunk_index", "model_id");

-- CreateIndex
CREATE INDEX "ai_interactions_model_id_created_at_idx" ON "ai_interactions"("model_id", "created_at");

-- CreateIndex
CREATE INDEX "ai_interactions_user_id_idx" ON "ai_interactions"("user_id");

-- CreateIndex
CREATE INDEX "ai_interactions_patient_id_created_at_idx" ON "ai_interactions"("patient_id", "created_at");

-- CreateIndex
CREATE INDEX "ai_interactions_task_id_idx" ON "ai_interactions"("task_id");

-- CreateIndex
CREATE INDEX "ai_interactions_key_id_idx" ON "ai_interactions"("key_id");

-- CreateIndex
CREATE INDEX "ai_interactions_agreement_id_idx" ON "ai_interactions"("agreement_id");

-- CreateIndex
CREATE INDEX "ai_interactions_disclosure_id_patient_id_idx" ON "ai_interactions"("disclosure_id", "patient_id");

-- CreateIndex
CREATE INDEX "ai_interactions_input_hash_idx" ON "ai_interactions"("input_hash");

-- CreateIndex
CREATE INDEX "ai_interactions_created_at_idx" ON "ai_interactions" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "analysis_costs_session_id_idx" ON "analysis_costs"("session_id");

-- CreateIndex
CREATE INDEX "analysis_costs_user_id_incurred_at_idx" ON "analysis_costs"("user_id", "incurred_at");

-- CreateIndex
CREATE INDEX "analysis_costs_organization_id_incurred_at_idx" ON "analysis_costs"("organization_id", "incurred_at");

-- CreateIndex
CREATE INDEX "analysis_costs_model_id_incurred_at_idx" ON "analysis_costs"("model_id", "incurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "analysis_costs_interaction_id_category_key" ON "analysis_costs"("interaction_id", "category");

-- CreateIndex
CREATE UNIQUE INDEX "ai_models_key_key" ON "ai_models"("key");

-- CreateIndex
CREATE INDEX "ai_models_fallback_model_id_idx" ON "ai_models"("fallback_model_id");

-- CreateIndex
CREATE INDEX "ai_models_agreement_id_idx" ON "ai_models"("agreement_id");

-- CreateIndex
CREATE INDEX "ai_models_kind_idx" ON "ai_models"("kind");

-- CreateIndex
CREATE UNIQUE INDEX "model_performances_measurement_key" ON "model_performances"("model_id", "task_kind", "metric", "window_start", "window_end", "dataset_version", "cohort");

-- CreateIndex
CREATE UNIQUE INDEX "payment_intents_stripe_payment_intent_id_key" ON "payment_intents"("stripe_payment_intent_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_intents_idempotency_key_key" ON "payment_intents"("idempotency_key");

-- CreateIndex
CREATE INDEX "payment_intents_user_id_idx" ON "payment_intents"("user_id");

-- CreateIndex
CREATE INDEX "payment_intents_organization_id_idx" ON "payment_intents"("organization_id");

-- CreateIndex
CREATE INDEX "payment_intents_invoice_id_idx" ON "payment_intents"("invoice_id");

-- CreateIndex
CREATE INDEX "payment_intents_status_updated_at_idx" ON "payment_intents"("status", "updated_at");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_number_key" ON "invoices"("number");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_stripe_invoice_id_key" ON "invoices"("stripe_invoice_id");

-- CreateIndex
CREATE INDEX "invoices_user_id_idx" ON "invoices"("user_id");

-- CreateIndex
CREATE INDEX "invoices_organization_id_idx" ON "invoices"("organization_id");

-- CreateIndex
CREATE INDEX "invoices_subscription_id_idx" ON "invoices"("subscription_id");

-- CreateIndex
CREATE INDEX "invoices_due_at_open_idx" ON "invoices"("due_at") WHERE (status = 'OPEN');

-- CreateIndex
CREATE INDEX "billing_events_received_at_pending_idx" ON "billing_events"("received_at") WHERE (processed_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "billing_events_provider_event_id_key" ON "billing_events"("provider", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "subscription_plans_code_key" ON "subscription_plans"("code");

-- CreateIndex
CREATE UNIQUE INDEX "subscription_plans_stripe_price_id_key" ON "subscription_plans"("stripe_price_id");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_stripe_subscription_id_key" ON "subscriptions"("stripe_subscription_id");

-- CreateIndex
CREATE INDEX "subscriptions_user_id_idx" ON "subscriptions"("user_id");

-- CreateIndex
CREATE INDEX "subscriptions_organization_id_idx" ON "subscriptions"("organization_id");

-- CreateIndex
CREATE INDEX "subscriptions_plan_id_idx" ON "subscriptions"("plan_id");

-- CreateIndex
CREATE INDEX "subscriptions_stripe_customer_id_idx" ON "subscriptions"("stripe_customer_id");

-- CreateIndex
CREATE INDEX "subscriptions_current_period_end_idx" ON "subscriptions"("current_period_end");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_user_id_live_key" ON "subscriptions"("user_id") WHERE (status <> ALL (ARRAY['CANCELED'::subscription_status, 'INCOMPLETE_EXPIRED'::subscription_status]));

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_organization_id_live_key" ON "subscriptions"("organization_id") WHERE (status <> ALL (ARRAY['CANCELED'::subscription_status, 'INCOMPLETE_EXPIRED'::subscription_status]));

-- CreateIndex
CREATE UNIQUE INDEX "token_balances_user_id_bucket_key" ON "token_balances"("user_id", "bucket");

-- CreateIndex
CREATE UNIQUE INDEX "token_balances_organization_id_bucket_key" ON "token_balances"("organization_id", "bucket");

-- CreateIndex
CREATE UNIQUE INDEX "token_transactions_idempotency_key_key" ON "token_transactions"("idempotency_key");

-- CreateIndex
CREATE INDEX "token_transactions_balance_id_created_at_idx" ON "token_transactions"("balance_id", "created_at");

-- CreateIndex
CREATE INDEX "token_transactions_reservation_id_balance_id_idx" ON "token_transactions"("reservation_id", "balance_id");

-- CreateIndex
CREATE INDEX "token_transactions_interaction_id_idx" ON "token_transactions"("interaction_id");

-- CreateIndex
CREATE INDEX "token_transactions_task_id_idx" ON "token_transactions"("task_id");

-- CreateIndex
CREATE INDEX "token_transactions_payment_id_idx" ON "token_transactions"("payment_id");

-- CreateIndex
CREATE INDEX "token_transactions_expires_at_idx" ON "token_transactions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "token_transactions_id_balance_id_key" ON "token_transactions"("id", "balance_id");

-- CreateIndex
CREATE UNIQUE INDEX "provider_configurations_fhir_base_url_key" ON "provider_configurations"("fhir_base_url");

-- CreateIndex
CREATE INDEX "provider_configurations_provider_is_active_idx" ON "provider_configurations"("provider", "is_active");

-- CreateIndex
CREATE INDEX "provider_configurations_organization_id_idx" ON "provider_configurations"("organization_id");

-- CreateIndex
CREATE INDEX "provider_configurations_agreement_id_idx" ON "provider_configurations"("agreement_id");

-- CreateIndex
CREATE INDEX "provider_configurations_key_id_idx" ON "provider_configurations"("key_id");

-- CreateIndex
CREATE INDEX "ehr_connections_patient_id_provider_idx" ON "ehr_connections"("patient_id", "provider");

-- CreateIndex
CREATE INDEX "ehr_connections_configuration_id_idx" ON "ehr_connections"("configuration_id");

-- CreateIndex
CREATE INDEX "ehr_connections_patient_identifier_id_patient_id_idx" ON "ehr_connections"("patient_identifier_id", "patient_id");

-- CreateIndex
CREATE INDEX "ehr_connections_consent_id_patient_id_idx" ON "ehr_connections"("consent_id", "patient_id");

-- CreateIndex
CREATE INDEX "ehr_connections_to_sync" ON "ehr_connections"("next_sync_at") WHERE (disconnected_at IS NULL);

-- CreateIndex
CREATE INDEX "ehr_connections_provider_idx" ON "ehr_connections"("provider");

-- CreateIndex
CREATE UNIQUE INDEX "ehr_connections_id_patient_id_key" ON "ehr_connections"("id", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "ehr_connections_one_live_per_endpoint" ON "ehr_connections"("patient_id", "configuration_id") WHERE (disconnected_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "ehr_credentials_connection_id_key" ON "ehr_credentials"("connection_id");

-- CreateIndex
CREATE UNIQUE INDEX "ehr_credentials_state_hash_key" ON "ehr_credentials"("state_hash");

-- CreateIndex
CREATE INDEX "ehr_credentials_key_id_idx" ON "ehr_credentials"("key_id");

-- CreateIndex
CREATE INDEX "ehr_credentials_expires_at_idx" ON "ehr_credentials"("expires_at");

-- CreateIndex
CREATE INDEX "fhir_resources_connection_id_patient_id_idx" ON "fhir_resources"("connection_id", "patient_id");

-- CreateIndex
CREATE INDEX "fhir_resources_patient_id_resource_type_resource_date_idx" ON "fhir_resources"("patient_id", "resource_type", "resource_date");

-- CreateIndex
CREATE INDEX "fhir_resources_sync_id_connection_id_idx" ON "fhir_resources"("sync_id", "connection_id");

-- CreateIndex
CREATE INDEX "fhir_resources_provenance_id_idx" ON "fhir_resources"("provenance_id");

-- CreateIndex
CREATE INDEX "fhir_resources_mapped_model_mapped_id_idx" ON "fhir_resources"("mapped_model", "mapped_id");

-- CreateIndex
CREATE INDEX "fhir_resources_codes_idx" ON "fhir_resources" USING GIN ("codes");

-- CreateIndex
CREATE INDEX "fhir_resources_received_at_idx" ON "fhir_resources" USING BRIN ("received_at");

-- CreateIndex
CREATE INDEX "fhir_resources_unmapped" ON "fhir_resources"("connection_id", "mapping_error") WHERE (mapping_error IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "fhir_resources_version_key" ON "fhir_resources"("connection_id", "resource_type", "fhir_id", "version_no");

-- CreateIndex
CREATE UNIQUE INDEX "fhir_resources_one_current" ON "fhir_resources"("connection_id", "resource_type", "fhir_id") WHERE (superseded_at IS NULL);

-- CreateIndex
CREATE INDEX "sync_histories_connection_id_requested_at_idx" ON "sync_histories"("connection_id", "requested_at");

-- CreateIndex
CREATE INDEX "sync_histories_status_requested_at_idx" ON "sync_histories"("status", "requested_at");

-- CreateIndex
CREATE UNIQUE INDEX "sync_histories_id_connection_id_key" ON "sync_histories"("id", "connection_id");

-- CreateIndex
CREATE UNIQUE INDEX "sync_histories_one_running" ON "sync_histories"("connection_id") WHERE (status = 'RUNNING'::sync_status);

-- CreateIndex
CREATE INDEX "bulk_export_jobs_configuration_id_idx" ON "bulk_export_jobs"("configuration_id");

-- CreateIndex
CREATE INDEX "bulk_export_jobs_requested_by_id_idx" ON "bulk_export_jobs"("requested_by_id");

-- CreateIndex
CREATE INDEX "bulk_export_jobs_output_file_id_idx" ON "bulk_export_jobs"("output_file_id");

-- CreateIndex
CREATE INDEX "bulk_export_jobs_date_shift_key_id_idx" ON "bulk_export_jobs"("date_shift_key_id");

-- CreateIndex
CREATE INDEX "bulk_export_jobs_agreement_id_idx" ON "bulk_export_jobs"("agreement_id");

-- CreateIndex
CREATE INDEX "bulk_export_jobs_status_requested_at_idx" ON "bulk_export_jobs"("status", "requested_at");

-- AddForeignKey
ALTER TABLE "roles" ADD CONSTRAINT "roles_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "permissions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_granted_by_id_fkey" FOREIGN KEY ("granted_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_revoked_by_id_fkey" FOREIGN KEY ("revoked_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "identity_challenges" ADD CONSTRAINT "identity_challenges_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_kek_id_fkey" FOREIGN KEY ("kek_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_successor_id_fkey" FOREIGN KEY ("successor_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_owner_user_id_fkey" FOREIGN KEY ("owner_user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_revoked_by_id_fkey" FOREIGN KEY ("revoked_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "security_configurations" ADD CONSTRAINT "security_configurations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_rotated_from_id_user_id_fkey" FOREIGN KEY ("rotated_from_id", "user_id") REFERENCES "user_sessions"("id", "user_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_role_fkey" FOREIGN KEY ("role") REFERENCES "roles"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_asserter_id_fkey" FOREIGN KEY ("asserter_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_allergies"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "practitioners" ADD CONSTRAINT "practitioners_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "practitioners" ADD CONSTRAINT "practitioners_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "care_team_members" ADD CONSTRAINT "care_team_members_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "care_team_members" ADD CONSTRAINT "care_team_members_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "care_team_members" ADD CONSTRAINT "care_team_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "care_team_members" ADD CONSTRAINT "care_team_members_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_asserter_id_fkey" FOREIGN KEY ("asserter_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_diagnoses"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_custodian_id_fkey" FOREIGN KEY ("custodian_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_secure_file_id_fkey" FOREIGN KEY ("secure_file_id") REFERENCES "secure_files"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_relates_to_id_patient_id_fkey" FOREIGN KEY ("relates_to_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_uploaded_by_id_fkey" FOREIGN KEY ("uploaded_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ocr_results" ADD CONSTRAINT "ocr_results_document_id_patient_id_fkey" FOREIGN KEY ("document_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ocr_results" ADD CONSTRAINT "ocr_results_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_document_id_patient_id_fkey" FOREIGN KEY ("document_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_ocr_result_id_patient_id_fkey" FOREIGN KEY ("ocr_result_id", "patient_id") REFERENCES "ocr_results"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_reviewed_by_id_fkey" FOREIGN KEY ("reviewed_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_agent_user_id_fkey" FOREIGN KEY ("agent_user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_on_behalf_of_id_fkey" FOREIGN KEY ("on_behalf_of_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_source_document_id_patient_id_fkey" FOREIGN KEY ("source_document_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_extracted_data_id_patient_id_fkey" FOREIGN KEY ("extracted_data_id", "patient_id") REFERENCES "extracted_data"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_service_provider_id_fkey" FOREIGN KEY ("service_provider_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_attending_id_fkey" FOREIGN KEY ("attending_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_part_of_id_patient_id_fkey" FOREIGN KEY ("part_of_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_family_histories"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_performer_id_fkey" FOREIGN KEY ("performer_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_immunizations"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_requester_id_fkey" FOREIGN KEY ("requester_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_order_id_patient_id_fkey" FOREIGN KEY ("order_id", "patient_id") REFERENCES "patient_medications"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_medications"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_panel_id_patient_id_fkey" FOREIGN KEY ("panel_id", "patient_id") REFERENCES "patient_vital_signs"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_device_id_patient_id_fkey" FOREIGN KEY ("device_id", "patient_id") REFERENCES "patient_devices"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_vital_signs"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_report_id_patient_id_fkey" FOREIGN KEY ("report_id", "patient_id") REFERENCES "diagnostic_reports"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_service_request_id_patient_id_fkey" FOREIGN KEY ("service_request_id", "patient_id") REFERENCES "service_requests"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_panel_id_patient_id_fkey" FOREIGN KEY ("panel_id", "patient_id") REFERENCES "patient_observations"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_device_id_patient_id_fkey" FOREIGN KEY ("device_id", "patient_id") REFERENCES "patient_devices"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_performer_id_fkey" FOREIGN KEY ("performer_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_mapping_id_fkey" FOREIGN KEY ("mapping_id") REFERENCES "code_mappings"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_conversion_id_fkey" FOREIGN KEY ("conversion_id") REFERENCES "unit_conversions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_reference_range_id_fkey" FOREIGN KEY ("reference_range_id") REFERENCES "reference_ranges"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_reviewed_by_id_fkey" FOREIGN KEY ("reviewed_by_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_observations"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_performer_id_fkey" FOREIGN KEY ("performer_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_laboratory_id_fkey" FOREIGN KEY ("laboratory_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_service_request_id_patient_id_fkey" FOREIGN KEY ("service_request_id", "patient_id") REFERENCES "service_requests"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_document_id_patient_id_fkey" FOREIGN KEY ("document_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "diagnostic_reports"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_requester_id_fkey" FOREIGN KEY ("requester_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_performer_organization_id_fkey" FOREIGN KEY ("performer_organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_based_on_id_patient_id_fkey" FOREIGN KEY ("based_on_id", "patient_id") REFERENCES "service_requests"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "service_requests"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_care_plans"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_care_plan_id_patient_id_fkey" FOREIGN KEY ("care_plan_id", "patient_id") REFERENCES "patient_care_plans"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_diagnosis_id_patient_id_fkey" FOREIGN KEY ("diagnosis_id", "patient_id") REFERENCES "patient_diagnoses"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_goals"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patients" ADD CONSTRAINT "patients_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patients" ADD CONSTRAINT "patients_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patients" ADD CONSTRAINT "patients_general_practitioner_id_fkey" FOREIGN KEY ("general_practitioner_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patients" ADD CONSTRAINT "patients_merged_into_id_fkey" FOREIGN KEY ("merged_into_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_repositories" ADD CONSTRAINT "patient_repositories_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_repositories" ADD CONSTRAINT "patient_repositories_encryption_key_id_fkey" FOREIGN KEY ("encryption_key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_identifiers" ADD CONSTRAINT "patient_identifiers_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_identifiers" ADD CONSTRAINT "patient_identifiers_assigner_id_fkey" FOREIGN KEY ("assigner_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_related_user_id_fkey" FOREIGN KEY ("related_user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_evidence_document_id_patient_id_fkey" FOREIGN KEY ("evidence_document_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_coverages" ADD CONSTRAINT "patient_coverages_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_coverages" ADD CONSTRAINT "patient_coverages_payor_id_fkey" FOREIGN KEY ("payor_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_performer_id_fkey" FOREIGN KEY ("performer_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_service_request_id_patient_id_fkey" FOREIGN KEY ("service_request_id", "patient_id") REFERENCES "service_requests"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_procedures"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_encounter_id_patient_id_fkey" FOREIGN KEY ("encounter_id", "patient_id") REFERENCES "encounters"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_procedure_id_patient_id_fkey" FOREIGN KEY ("procedure_id", "patient_id") REFERENCES "patient_procedures"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_recorder_id_fkey" FOREIGN KEY ("recorder_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_entered_by_id_fkey" FOREIGN KEY ("entered_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_supersedes_id_patient_id_fkey" FOREIGN KEY ("supersedes_id", "patient_id") REFERENCES "patient_devices"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "loinc_codes" ADD CONSTRAINT "loinc_codes_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "terminology_releases"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "snomed_codes" ADD CONSTRAINT "snomed_codes_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "terminology_releases"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "rx_norm_codes" ADD CONSTRAINT "rx_norm_codes_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "terminology_releases"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "icd10_codes" ADD CONSTRAINT "icd10_codes_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "terminology_releases"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cpt_codes" ADD CONSTRAINT "cpt_codes_licensed_by_id_fkey" FOREIGN KEY ("licensed_by_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cpt_codes" ADD CONSTRAINT "cpt_codes_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "terminology_releases"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "code_mappings" ADD CONSTRAINT "code_mappings_reviewed_by_id_fkey" FOREIGN KEY ("reviewed_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "reference_ranges" ADD CONSTRAINT "reference_ranges_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "terminology_releases" ADD CONSTRAINT "terminology_releases_licence_accepted_by_id_fkey" FOREIGN KEY ("licence_accepted_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_counterparty_id_fkey" FOREIGN KEY ("counterparty_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "secure_files"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_reviewer_id_fkey" FOREIGN KEY ("reviewer_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_review_id_fkey" FOREIGN KEY ("review_id") REFERENCES "access_reviews"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_approved_by_id_fkey" FOREIGN KEY ("approved_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_discloser_id_fkey" FOREIGN KEY ("discloser_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_grantor_id_fkey" FOREIGN KEY ("grantor_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_relationship_id_patient_id_fkey" FOREIGN KEY ("relationship_id", "patient_id") REFERENCES "patient_relationships"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_document_id_patient_id_fkey" FOREIGN KEY ("document_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_consent_id_patient_id_fkey" FOREIGN KEY ("consent_id", "patient_id") REFERENCES "patient_consents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_actor_user_id_fkey" FOREIGN KEY ("actor_user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_actor_organization_id_fkey" FOREIGN KEY ("actor_organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_actor_practitioner_id_fkey" FOREIGN KEY ("actor_practitioner_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_disclosed_by_id_fkey" FOREIGN KEY ("disclosed_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_recipient_id_fkey" FOREIGN KEY ("recipient_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_consent_id_patient_id_fkey" FOREIGN KEY ("consent_id", "patient_id") REFERENCES "patient_consents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_secure_file_id_fkey" FOREIGN KEY ("secure_file_id") REFERENCES "secure_files"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_grantee_user_id_fkey" FOREIGN KEY ("grantee_user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_granted_by_id_fkey" FOREIGN KEY ("granted_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_consent_id_patient_id_fkey" FOREIGN KEY ("consent_id", "patient_id") REFERENCES "patient_consents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_disclosure_id_patient_id_fkey" FOREIGN KEY ("disclosure_id", "patient_id") REFERENCES "disclosures"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_reviewed_by_id_fkey" FOREIGN KEY ("reviewed_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_assigned_to_id_fkey" FOREIGN KEY ("assigned_to_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "breach_incidents"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "breach_incidents"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_notification_id_fkey" FOREIGN KEY ("notification_id") REFERENCES "notifications"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_evidence_file_id_fkey" FOREIGN KEY ("evidence_file_id") REFERENCES "secure_files"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_requested_by_id_fkey" FOREIGN KEY ("requested_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_bundle_file_id_fkey" FOREIGN KEY ("bundle_file_id") REFERENCES "secure_files"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_requested_by_id_fkey" FOREIGN KEY ("requested_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_requested_by_id_fkey" FOREIGN KEY ("requested_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_coverage_id_patient_id_fkey" FOREIGN KEY ("coverage_id", "patient_id") REFERENCES "patient_coverages"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "data_retention_policies"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_approved_by_id_fkey" FOREIGN KEY ("approved_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_placed_by_id_fkey" FOREIGN KEY ("placed_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_released_by_id_fkey" FOREIGN KEY ("released_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_reviewed_by_id_fkey" FOREIGN KEY ("reviewed_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "analysis_queues"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "analysis_sessions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "chat_conversations" ADD CONSTRAINT "chat_conversations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "chat_conversations" ADD CONSTRAINT "chat_conversations_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "chat_conversations" ADD CONSTRAINT "chat_conversations_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "ai_models"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "chat_conversations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_interaction_id_fkey" FOREIGN KEY ("interaction_id") REFERENCES "ai_interactions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "document_embeddings" ADD CONSTRAINT "document_embeddings_document_id_patient_id_fkey" FOREIGN KEY ("document_id", "patient_id") REFERENCES "documents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "document_embeddings" ADD CONSTRAINT "document_embeddings_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "document_embeddings" ADD CONSTRAINT "document_embeddings_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "ai_models"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "ai_models"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "analysis_tasks"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "legal_agreements"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_disclosure_id_patient_id_fkey" FOREIGN KEY ("disclosure_id", "patient_id") REFERENCES "disclosures"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_interaction_id_fkey" FOREIGN KEY ("interaction_id") REFERENCES "ai_interactions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "analysis_sessions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "ai_models"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_fallback_model_id_fkey" FOREIGN KEY ("fallback_model_id") REFERENCES "ai_models"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "legal_agreements"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "model_performances" ADD CONSTRAINT "model_performances_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "ai_models"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_invoice_id_fkey" FOREIGN KEY ("invoice_id") REFERENCES "invoices"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "subscription_plans"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "token_balances" ADD CONSTRAINT "token_balances_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "token_balances" ADD CONSTRAINT "token_balances_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_balance_id_fkey" FOREIGN KEY ("balance_id") REFERENCES "token_balances"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_reservation_id_balance_id_fkey" FOREIGN KEY ("reservation_id", "balance_id") REFERENCES "token_transactions"("id", "balance_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_interaction_id_fkey" FOREIGN KEY ("interaction_id") REFERENCES "ai_interactions"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "analysis_tasks"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment_intents"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "legal_agreements"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "provider_configurations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_patient_identifier_id_patient_id_fkey" FOREIGN KEY ("patient_identifier_id", "patient_id") REFERENCES "patient_identifiers"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_consent_id_patient_id_fkey" FOREIGN KEY ("consent_id", "patient_id") REFERENCES "patient_consents"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ehr_credentials" ADD CONSTRAINT "ehr_credentials_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "ehr_connections"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ehr_credentials" ADD CONSTRAINT "ehr_credentials_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "ehr_connections"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_connection_id_patient_id_fkey" FOREIGN KEY ("connection_id", "patient_id") REFERENCES "ehr_connections"("id", "patient_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_sync_id_connection_id_fkey" FOREIGN KEY ("sync_id", "connection_id") REFERENCES "sync_histories"("id", "connection_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_provenance_id_fkey" FOREIGN KEY ("provenance_id") REFERENCES "provenances"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "ehr_connections"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "provider_configurations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_requested_by_id_fkey" FOREIGN KEY ("requested_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_output_file_id_fkey" FOREIGN KEY ("output_file_id") REFERENCES "secure_files"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_date_shift_key_id_fkey" FOREIGN KEY ("date_shift_key_id") REFERENCES "encryption_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "legal_agreements"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Annotations
ALTER TABLE "roles" ADD CONSTRAINT "roles_name_form" CHECK (CASE WHEN organization_id IS NULL THEN name ~ '^[A-Za-z][A-Za-z0-9_.-]{0,99}$' ELSE name ~ ('^[A-Za-z][A-Za-z0-9_.-]{0,99}@' || organization_id::text || '$') END);
ALTER TABLE "roles" ADD CONSTRAINT "roles_system_is_platform_wide" CHECK (NOT is_system OR organization_id IS NULL);
ALTER TABLE "permissions" ADD CONSTRAINT "permissions_name_form" CHECK (name ~ '^[A-Za-z][A-Za-z0-9_.-]{0,99}$');
ALTER TABLE "permissions" ADD CONSTRAINT "permissions_action_list" CHECK (action IN ('C', 'R', 'U', 'D', 'E'));
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_condition_form" CHECK (condition IS NULL OR (jsonb_typeof(condition) = 'object' AND octet_length(condition::text) <= 8192));
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_field_limit" CHECK (cardinality(hidden_fields) <= 500 AND cardinality(readonly_fields) <= 500);
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_period_order" CHECK (valid_to > valid_from);
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_reason_limit" CHECK (length(reason) BETWEEN 1 AND 2000);
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_revoker_has_time" CHECK (revoked_by_id IS NULL OR revoked_at IS NOT NULL);
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_not_by_oneself" CHECK (granted_by_id <> user_id);
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_no_overlap" EXCLUDE USING gist (user_id WITH =, role_id WITH =, COALESCE(organization_id, '00000000-0000-0000-0000-000000000000'::uuid) WITH =, tstzrange(valid_from, valid_to) WITH &&) WHERE (revoked_at IS NULL);
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_totp_whole" CHECK (method <> 'TOTP' OR disabled_at IS NOT NULL OR secret_ciphertext IS NOT NULL);
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_sms_whole" CHECK (method <> 'SMS' OR disabled_at IS NOT NULL OR phone_ciphertext IS NOT NULL);
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_webauthn_whole" CHECK (CASE WHEN method = 'WEBAUTHN' THEN num_nonnulls(credential_id, public_key) = 2 ELSE num_nonnulls(credential_id, public_key) = 0 END);
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_secret_has_key" CHECK (secret_ciphertext IS NULL OR key_id IS NOT NULL);
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_sign_count_range" CHECK (sign_count >= 0);
ALTER TABLE "user_2fas" ADD CONSTRAINT "user_2fas_credential_id_limit" CHECK (octet_length(credential_id) BETWEEN 16 AND 1023);
ALTER TABLE "identity_challenges" ADD CONSTRAINT "identity_challenges_subject" CHECK (num_nonnulls(user_id, email) >= 1);
ALTER TABLE "identity_challenges" ADD CONSTRAINT "identity_challenges_code_hash_sha256" CHECK (octet_length(code_hash) = 32);
ALTER TABLE "identity_challenges" ADD CONSTRAINT "identity_challenges_attempts_range" CHECK (attempts BETWEEN 0 AND max_attempts AND max_attempts BETWEEN 1 AND 20);
ALTER TABLE "identity_challenges" ADD CONSTRAINT "identity_challenges_expiry_order" CHECK (expires_at > created_at);
ALTER TABLE "identity_challenges" ADD CONSTRAINT "identity_challenges_channel_list" CHECK (channel <> 'IN_APP');
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_purpose_list" CHECK (purpose IN ('KEK', 'DATA', 'VAULT', 'BLIND_INDEX', 'AUDIT_MAC', 'SIGNING'));
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_algorithm_list" CHECK (algorithm IN ('AES-256-GCM', 'AES-256-KWP', 'HMAC-SHA-256', 'ED25519', 'ECDSA-P256'));
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_algorithm_fits" CHECK (CASE purpose WHEN 'KEK' THEN algorithm LIKE 'AES-256-%' WHEN 'DATA' THEN algorithm = 'AES-256-GCM' WHEN 'VAULT' THEN algorithm = 'AES-256-GCM' WHEN 'SIGNING' THEN algorithm IN ('ED25519', 'ECDSA-P256') ELSE algorithm = 'HMAC-SHA-256' END);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_alias_form" CHECK (alias ~ '^[a-z0-9]+([._:/-][a-z0-9]+)*$' AND length(alias) <= 200);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_version_range" CHECK (version >= 1);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_material" CHECK (CASE WHEN status = 'DESTROYED' THEN wrapped_key IS NULL ELSE num_nonnulls(wrapped_key, external_ref) = 1 END);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_destroyed_when" CHECK ((status = 'DESTROYED') = (destroyed_at IS NOT NULL) AND (destroyed_at IS NULL) = (destroy_reason IS NULL));
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_compromised_when" CHECK (status <> 'COMPROMISED' OR compromised_at IS NOT NULL);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_activated_when" CHECK (status NOT IN ('ACTIVE', 'SUSPENDED', 'DEACTIVATED') OR activated_at IS NOT NULL);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_period_order" CHECK (not_after > activated_at);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_uses_range" CHECK (uses_reserved >= 0 AND (algorithm <> 'AES-256-GCM' OR uses_reserved <= 4294967296));
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_not_itself" CHECK (kek_id <> id AND successor_id <> id);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_rotation_reason_list" CHECK (rotation_reason IN ('SCHEDULED', 'USES_EXHAUSTED', 'COMPROMISE', 'ALGORITHM', 'REQUESTED'));
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_rewrap_progress_form" CHECK (rewrap_progress IS NULL OR (jsonb_typeof(rewrap_progress) = 'object' AND octet_length(rewrap_progress::text) <= 65536));
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_rewrap_failures_range" CHECK (rewrap_failures >= 0);
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_public_key_use" CHECK (public_key IS NULL OR purpose = 'SIGNING');
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_proof" CHECK (num_nonnulls(key_hash, jwks_uri) = 1 AND (key_hash IS NULL) = (key_prefix IS NULL));
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_key_hash_sha256" CHECK (octet_length(key_hash) = 32);
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_key_prefix_form" CHECK (key_prefix ~ '^[A-Za-z0-9_]{4,24}$');
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_jwks_uri_https" CHECK (jwks_uri ~ '^https://');
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_expiry_order" CHECK (expires_at > created_at);
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_ip_ranges" CHECK (cardinality(allowed_ip_ranges::cidr[]) <= 256);
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes_limit" CHECK (cardinality(scopes) <= 200);
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_template_key_form" CHECK (template_key ~ '^[a-z0-9]+([._-][a-z0-9]+)*$');
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_attempts_range" CHECK (attempts BETWEEN 0 AND 100);
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_sent_when" CHECK (status NOT IN ('SENT', 'DELIVERED') OR sent_at IS NOT NULL);
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_delivered_when" CHECK (status <> 'DELIVERED' OR delivered_at IS NOT NULL);
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_delivery_order" CHECK (delivered_at >= sent_at);
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_recipient" CHECK (num_nonnulls(user_id, recipient_ciphertext) >= 1);
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_kind_list" CHECK (kind IN ('TENANT', 'PROVIDER', 'LABORATORY', 'PAYER', 'VENDOR', 'SITE'));
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_site_has_parent" CHECK (kind <> 'SITE' OR parent_id IS NOT NULL);
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_not_its_own_parent" CHECK (parent_id <> id);
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_name_limit" CHECK (length(name) BETWEEN 1 AND 300);
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_npi_form" CHECK (npi ~ '^[12][0-9]{9}$');
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_clia_form" CHECK (clia ~ '^[0-9]{2}D[0-9]{7}$');
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_naic_form" CHECK (naic ~ '^[0-9]{5}$');
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_country_form" CHECK (country ~ '^[A-Z]{2}$');
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_roles_list" CHECK (regulatory_roles <@ ARRAY['COVERED_ENTITY', 'BUSINESS_ASSOCIATE', 'PHR_VENDOR', 'PART2_PROGRAM']);
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_timezone_known" CHECK ((timestamp '2000-01-01 00:00:00' AT TIME ZONE timezone) IS NOT NULL);
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_oidc_whole" CHECK (num_nonnulls(oidc_issuer, client_id) <> 1 AND (client_secret_ciphertext IS NULL OR client_id IS NOT NULL));
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_oidc_issuer_https" CHECK (oidc_issuer ~ '^https://');
ALTER TABLE "security_configurations" ADD CONSTRAINT "security_configurations_scope" CHECK ((organization_id IS NULL) = (id = 'default'));
ALTER TABLE "security_configurations" ADD CONSTRAINT "security_configurations_password_length" CHECK (password_min_length BETWEEN 8 AND 128);
ALTER TABLE "security_configurations" ADD CONSTRAINT "security_configurations_ranges" CHECK (password_expiry_days >= 0 AND password_history_count BETWEEN 0 AND 24 AND max_login_attempts BETWEEN 1 AND 100 AND lockout_duration_minutes >= 1 AND session_timeout_minutes BETWEEN 1 AND 1440 AND session_absolute_minutes >= session_timeout_minutes AND step_up_minutes BETWEEN 1 AND 60);
ALTER TABLE "security_configurations" ADD CONSTRAINT "security_configurations_ip_ranges" CHECK (cardinality(allowed_ip_ranges::cidr[]) <= 256);
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_token_hash_sha256" CHECK (octet_length(token_hash) = 32);
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_refresh_hash_sha256" CHECK (refresh_token_hash IS NULL OR octet_length(refresh_token_hash) = 32);
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_auth_method_list" CHECK (auth_method IN ('PASSWORD', 'OIDC', 'WEBAUTHN', 'RECOVERY_CODE', 'SMART_LAUNCH'));
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_expiry_order" CHECK (idle_expires_at <= absolute_expires_at AND absolute_expires_at > created_at);
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_revoked_whole" CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL));
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_revoked_reason_list" CHECK (revoked_reason IN ('LOGOUT', 'IDLE', 'EXPIRED', 'ROTATED', 'REUSE_DETECTED', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'ADMINISTRATOR', 'USER_DEACTIVATED'));
ALTER TABLE "user_sessions" ADD CONSTRAINT "user_sessions_not_from_itself" CHECK (rotated_from_id <> id);
ALTER TABLE "users" ADD CONSTRAINT "users_email_form" CHECK (length(email::text) <= 254 AND email::text ~ '^[^@[:space:]]+@[^@[:space:]]+$');
ALTER TABLE "users" ADD CONSTRAINT "users_password_hash_phc" CHECK (password_hash IS NULL OR password_hash ~ '^\$[a-z0-9-]{1,32}\$');
ALTER TABLE "users" ADD CONSTRAINT "users_password_history_limit" CHECK (cardinality(password_history) <= 24);
ALTER TABLE "users" ADD CONSTRAINT "users_failed_login_count_range" CHECK (failed_login_count >= 0);
ALTER TABLE "users" ADD CONSTRAINT "users_external_identity_whole" CHECK (num_nonnulls(external_issuer, external_subject) <> 1);
ALTER TABLE "users" ADD CONSTRAINT "users_deactivated_when" CHECK ((status = 'DEACTIVATED') = (deactivated_at IS NOT NULL));
ALTER TABLE "users" ADD CONSTRAINT "users_locale_form" CHECK (locale IS NULL OR locale ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$');
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_ait_1" CHECK (verification_status = 'entered-in-error' OR clinical_status IS NOT NULL);
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_ait_2" CHECK (verification_status <> 'entered-in-error' OR clinical_status IS NULL);
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_clinical_status_list" CHECK (clinical_status IN ('active', 'inactive', 'resolved'));
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_verification_status_list" CHECK (verification_status IN ('unconfirmed', 'confirmed', 'refuted', 'entered-in-error'));
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_reactions_form" CHECK (jsonb_typeof(reactions) = 'array' AND octet_length(reactions::text) <= 65536);
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_type_list" CHECK (type IN ('allergy', 'intolerance'));
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_categories_list" CHECK (categories <@ ARRAY['food', 'medication', 'environment', 'biologic']);
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_onset_precision_list" CHECK (onset_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_last_occurrence_precision_list" CHECK (last_occurrence_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_allergies" ADD CONSTRAINT "patient_allergies_worst_severity_list" CHECK (worst_severity IN ('mild', 'moderate', 'severe'));
ALTER TABLE "patient_allergies" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "practitioners" ADD CONSTRAINT "practitioners_licences_form" CHECK (jsonb_typeof(licences) = 'array' AND octet_length(licences::text) <= 16384);
ALTER TABLE "practitioners" ADD CONSTRAINT "practitioners_specialty_limit" CHECK (cardinality(specialty_codes) <= 50);
ALTER TABLE "practitioners" ADD CONSTRAINT "practitioners_npi_form" CHECK (npi ~ '^[0-9]{10}$');
ALTER TABLE "care_team_members" ADD CONSTRAINT "care_team_members_one_member" CHECK (num_nonnulls(practitioner_id, user_id, organization_id) = 1);
ALTER TABLE "care_team_members" ADD CONSTRAINT "care_team_members_period_order" CHECK (valid_to > valid_from);
ALTER TABLE "care_team_members" ADD CONSTRAINT "care_team_members_no_overlap" EXCLUDE USING gist (patient_id WITH =, role WITH =, COALESCE(practitioner_id, user_id, organization_id) WITH =, tstzrange(valid_from, valid_to) WITH &&);
ALTER TABLE "care_team_members" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_con_4" CHECK ((abatement_at IS NULL AND NOT is_abated) OR clinical_status IN ('inactive', 'resolved', 'remission'));
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_con_5" CHECK (verification_status <> 'entered-in-error' OR clinical_status IS NULL);
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_onset_order" CHECK (onset_at <= abatement_at);
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_category_list" CHECK (category IN ('problem-list-item', 'encounter-diagnosis', 'health-concern'));
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_onset_precision_list" CHECK (onset_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_diagnoses" ADD CONSTRAINT "patient_diagnoses_abatement_precision_list" CHECK (abatement_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_diagnoses" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "documents" ADD CONSTRAINT "documents_status_list" CHECK (status IN ('current', 'superseded', 'entered-in-error'));
ALTER TABLE "documents" ADD CONSTRAINT "documents_relates_pair" CHECK (num_nonnulls(relates_to_id, relates_to_code) IN (0, 2));
ALTER TABLE "documents" ADD CONSTRAINT "documents_not_related_to_itself" CHECK (relates_to_id <> id);
ALTER TABLE "documents" ADD CONSTRAINT "documents_page_count_positive" CHECK (page_count >= 0);
ALTER TABLE "documents" ADD CONSTRAINT "documents_code_pair" CHECK (num_nonnulls(code, code_system) IN (0, 2));
ALTER TABLE "documents" ADD CONSTRAINT "documents_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "documents" ADD CONSTRAINT "documents_version_positive" CHECK (version >= 1);
ALTER TABLE "documents" ADD CONSTRAINT "documents_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "documents" ADD CONSTRAINT "documents_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "documents" ADD CONSTRAINT "documents_type_loinc_form" CHECK (type_loinc ~ '^[0-9]{1,7}-[0-9]$');
ALTER TABLE "documents" ADD CONSTRAINT "documents_doc_status_list" CHECK (doc_status IN ('preliminary', 'final', 'amended', 'entered-in-error'));
ALTER TABLE "documents" ADD CONSTRAINT "documents_authored_precision_list" CHECK (authored_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "documents" ADD CONSTRAINT "documents_language_form" CHECK (language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$');
ALTER TABLE "documents" ADD CONSTRAINT "documents_relates_to_code_list" CHECK (relates_to_code IN ('replaces', 'transforms', 'signs', 'appends'));
ALTER TABLE "documents" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_byte_size_positive" CHECK (byte_size >= 0);
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_destroyed_without_key" CHECK ((destroyed_at IS NULL) = (wrapped_data_key IS NOT NULL));
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_infected_is_not_ready" CHECK (scan_status <> 'INFECTED' OR status IN ('QUARANTINED', 'FAILED', 'DESTROYED'));
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_mime_type_form" CHECK (mime_type ~ '^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$');
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_hmac_plain_size" CHECK (octet_length(hmac_plain) = 32);
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_sha256_cipher_size" CHECK (octet_length(sha256_cipher) = 32);
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_nonce_size" CHECK (octet_length(nonce) = 12);
ALTER TABLE "secure_files" ADD CONSTRAINT "secure_files_scan_status_list" CHECK (scan_status IN ('PENDING', 'CLEAN', 'INFECTED', 'FAILED'));
ALTER TABLE "secure_files" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ocr_results" ADD CONSTRAINT "ocr_results_page_positive" CHECK (page >= 1);
ALTER TABLE "ocr_results" ADD CONSTRAINT "ocr_results_duration_positive" CHECK (duration_ms >= 0);
ALTER TABLE "ocr_results" ADD CONSTRAINT "ocr_results_confidence_range" CHECK (confidence BETWEEN 0 AND 1);
ALTER TABLE "ocr_results" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_code_pair" CHECK (num_nonnulls(code_system, code) IN (0, 2));
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_target_pair" CHECK (num_nonnulls(target_type, target_id) IN (0, 2));
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_review_whole" CHECK (num_nonnulls(review_decision, reviewed_by_id, reviewed_at) IN (0, 3));
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_page_positive" CHECK (page >= 1);
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_box_has_four_sides" CHECK (cardinality(bounding_box) IN (0, 4));
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_confidence_range" CHECK (confidence BETWEEN 0 AND 1);
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_method_list" CHECK (method IN ('RULE', 'MODEL', 'MANUAL', 'STRUCTURED'));
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_review_decision_list" CHECK (review_decision IN ('ACCEPTED', 'CORRECTED', 'REJECTED'));
ALTER TABLE "extracted_data" ADD CONSTRAINT "extracted_data_target_type_list" CHECK (target_type IN ('PatientDiagnosis', 'PatientMedication', 'PatientAllergy', 'PatientImmunization', 'PatientProcedure', 'PatientDevice', 'PatientVitalSign', 'PatientObservation', 'DiagnosticReport', 'ServiceRequest', 'PatientCarePlan', 'PatientGoal', 'PatientFamilyHistory', 'Encounter', 'PatientCoverage'));
ALTER TABLE "extracted_data" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_has_agent" CHECK (num_nonnulls(agent_user_id, agent_system) >= 1);
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_version_positive" CHECK (target_version >= 1);
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_target_type_list" CHECK (target_type IN ('Patient', 'PatientIdentifier', 'PatientRelationship', 'PatientCoverage', 'CareTeamMember', 'Encounter', 'PatientDiagnosis', 'PatientMedication', 'PatientAllergy', 'PatientImmunization', 'PatientProcedure', 'PatientDevice', 'PatientVitalSign', 'PatientObservation', 'DiagnosticReport', 'ServiceRequest', 'PatientCarePlan', 'PatientGoal', 'PatientFamilyHistory', 'Document'));
ALTER TABLE "provenances" ADD CONSTRAINT "provenances_activity_list" CHECK (activity IN ('CREATE', 'UPDATE', 'APPEND', 'NULLIFY', 'MERGE', 'UNMERGE', 'TRANSFORM', 'VERIFY'));
ALTER TABLE "provenances" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_period_order" CHECK (period_start <= period_end);
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_not_part_of_itself" CHECK (part_of_id <> id);
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_code_pair" CHECK (num_nonnulls(code, code_system) IN (0, 2));
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_version_positive" CHECK (version >= 1);
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_period_start_precision_list" CHECK (period_start_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "encounters" ADD CONSTRAINT "encounters_period_end_precision_list" CHECK (period_end_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "encounters" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_fhs_1" CHECK (num_nonnulls(born_on, age_years) <= 1);
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_fhs_2" CHECK (NOT estimated_age OR age_years IS NOT NULL);
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_status_list" CHECK (status IN ('partial', 'completed', 'entered-in-error', 'health-unknown'));
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_ages_range" CHECK (LEAST(age_years, deceased_age_years, onset_age_years) >= 0 AND GREATEST(age_years, deceased_age_years, onset_age_years) <= 150);
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_code_pair" CHECK (num_nonnulls(code, code_system) IN (0, 2));
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_family_histories" ADD CONSTRAINT "patient_family_histories_born_precision_list" CHECK (born_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_family_histories" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_status_list" CHECK (status IN ('completed', 'entered-in-error', 'not-done'));
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_reason_when_not_done" CHECK (status_reason_code IS NULL OR status = 'not-done');
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_occurrence_precision_list" CHECK (occurrence_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_cvx_form" CHECK (cvx_code ~ '^[0-9]{2,3}$');
ALTER TABLE "patient_immunizations" ADD CONSTRAINT "patient_immunizations_dose_number_positive" CHECK (dose_number >= 1);
ALTER TABLE "patient_immunizations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_order_intent" CHECK (kind <> 'ORDER' OR intent IS NOT NULL);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_status_of_kind" CHECK (CASE kind WHEN 'ORDER' THEN status IN ('active', 'on-hold', 'cancelled', 'completed', 'entered-in-error', 'stopped', 'draft', 'unknown') WHEN 'STATEMENT' THEN status IN ('active', 'completed', 'entered-in-error', 'intended', 'stopped', 'on-hold', 'unknown', 'not-taken') WHEN 'DISPENSE' THEN status IN ('preparation', 'in-progress', 'cancelled', 'on-hold', 'completed', 'entered-in-error', 'stopped', 'declined', 'unknown') ELSE status IN ('in-progress', 'not-taken', 'on-hold', 'completed', 'entered-in-error', 'stopped', 'unknown') END);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_period_order" CHECK (effective_start <= effective_end);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_dose_unit" CHECK (dose_unit IS NULL OR dose_value IS NOT NULL);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_amounts_positive" CHECK (LEAST(dose_value, quantity, days_supply, refills, frequency, period_value) >= 0);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_not_its_own_order" CHECK (order_id <> id);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_kind_list" CHECK (kind IN ('ORDER', 'STATEMENT', 'DISPENSE', 'ADMINISTRATION'));
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_period_unit_list" CHECK (period_unit IN ('s', 'min', 'h', 'd', 'wk', 'mo', 'a'));
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_authored_precision_list" CHECK (authored_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_medications" ADD CONSTRAINT "patient_medications_effective_start_precision_list" CHECK (effective_start_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_medications" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_obs_6" CHECK (data_absent_reason IS NULL OR value IS NULL);
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_unit_needs_value" CHECK (comparator IS NULL OR value IS NOT NULL);
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_not_its_own_panel" CHECK (panel_id <> id);
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_status_list" CHECK (status NOT IN ('partial', 'appended'));
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_interpretation_limit" CHECK (cardinality(interpretation_codes) <= 50);
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_loinc_form" CHECK (loinc_code ~ '^[0-9]{1,7}-[0-9]$');
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_effective_precision_list" CHECK (effective_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_vital_signs" ADD CONSTRAINT "patient_vital_signs_comparator_list" CHECK (comparator IN ('<', '<=', '>=', '>', 'ad'));
ALTER TABLE "patient_vital_signs" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_obs_6" CHECK (data_absent_reason IS NULL OR num_nonnulls(value, value_code, value_text) = 0);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_one_value" CHECK (num_nonnulls(value, value_code) <= 1);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_comparator_needs_value" CHECK (comparator IS NULL OR value IS NOT NULL);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_range_order" CHECK (range_low <= range_high);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_std_unit" CHECK (std_value IS NULL OR std_unit IS NOT NULL);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_status_list" CHECK (status NOT IN ('partial', 'appended'));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_not_its_own_panel" CHECK (panel_id <> id);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_loinc_form" CHECK (loinc_number ~ '^[0-9]{1,7}-[0-9]$');
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_interpretation_limit" CHECK (cardinality(interpretation_codes) <= 50);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_category_list" CHECK (category IN ('social-history', 'vital-signs', 'imaging', 'laboratory', 'procedure', 'survey', 'exam', 'therapy', 'activity', 'sdoh', 'pregnancy'));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_effective_precision_list" CHECK (effective_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_comparator_list" CHECK (comparator IN ('<', '<=', '>=', '>', 'ad'));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_flag_list" CHECK (flag IN ('LL', 'L', 'N', 'H', 'HH', 'A', 'AA'));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_std_status_list" CHECK (std_status IN ('PENDING', 'STANDARDIZED', 'PARTIAL', 'NEEDS_REVIEW', 'NOT_POSSIBLE'));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_std_method_list" CHECK (std_method IN ('AS_RECEIVED', 'CODE_MAP', 'MODEL', 'MANUAL'));
ALTER TABLE "patient_observations" ADD CONSTRAINT "patient_observations_std_confidence_range" CHECK (std_confidence BETWEEN 0 AND 1);
ALTER TABLE "patient_observations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_conclusion_limit" CHECK (cardinality(conclusion_codes) <= 100);
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_version_positive" CHECK (version >= 1);
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "diagnostic_reports" ADD CONSTRAINT "diagnostic_reports_effective_precision_list" CHECK (effective_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "diagnostic_reports" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_status_list" CHECK (status IN ('draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'));
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_not_based_on_itself" CHECK (based_on_id <> id);
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_code_pair" CHECK (num_nonnulls(code, code_system) IN (0, 2));
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_version_positive" CHECK (version >= 1);
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_priority_list" CHECK (priority IN ('routine', 'urgent', 'asap', 'stat'));
ALTER TABLE "service_requests" ADD CONSTRAINT "service_requests_occurrence_precision_list" CHECK (occurrence_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "service_requests" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_status_list" CHECK (status IN ('draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'));
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_intent_list" CHECK (intent IN ('proposal', 'plan', 'order', 'option'));
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_period_order" CHECK (period_start <= period_end);
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_activities_form" CHECK (jsonb_typeof(activities) = 'array' AND octet_length(activities::text) <= 65536);
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_addresses_limit" CHECK (cardinality(addresses_codes) <= 100);
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_code_pair" CHECK (num_nonnulls(code, code_system) IN (0, 2));
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_care_plans" ADD CONSTRAINT "patient_care_plans_period_start_precision_list" CHECK (period_start_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_care_plans" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_gol_1" CHECK (target_value IS NULL OR target_measure IS NOT NULL);
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_lifecycle_status_list" CHECK (lifecycle_status IN ('proposed', 'planned', 'accepted', 'active', 'on-hold', 'completed', 'cancelled', 'entered-in-error', 'rejected'));
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_dates_order" CHECK (start_on <= due_on);
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_code_pair" CHECK (num_nonnulls(code, code_system) IN (0, 2));
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_achievement_list" CHECK (achievement_status IN ('in-progress', 'improving', 'worsening', 'no-change', 'achieved', 'sustaining', 'not-achieved', 'no-progress', 'not-attainable'));
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_priority_list" CHECK (priority IN ('high-priority', 'medium-priority', 'low-priority'));
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_start_precision_list" CHECK (start_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_due_precision_list" CHECK (due_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_goals" ADD CONSTRAINT "patient_goals_expressed_by_list" CHECK (expressed_by IN ('PATIENT', 'PRACTITIONER', 'RELATED_PERSON'));
ALTER TABLE "patient_goals" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patients" ADD CONSTRAINT "patients_version_positive" CHECK (version >= 1);
ALTER TABLE "patients" ADD CONSTRAINT "patients_not_merged_into_itself" CHECK (merged_into_id <> id);
ALTER TABLE "patients" ADD CONSTRAINT "patients_merge_has_time" CHECK (num_nonnulls(merged_into_id, merged_at) IN (0, 2));
ALTER TABLE "patients" ADD CONSTRAINT "patients_merged_is_inactive" CHECK (merged_into_id IS NULL OR NOT active);
ALTER TABLE "patients" ADD CONSTRAINT "patients_deceased_consistent" CHECK (deceased_at IS NULL OR is_deceased);
ALTER TABLE "patients" ADD CONSTRAINT "patients_codes_limit" CHECK (cardinality(race_codes) <= 50 AND cardinality(ethnicity_codes) <= 50);
ALTER TABLE "patients" ADD CONSTRAINT "patients_birth_sex_list" CHECK (birth_sex IN ('M', 'F', 'ASKU', 'OTH', 'UNK'));
ALTER TABLE "patients" ADD CONSTRAINT "patients_language_form" CHECK (language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$');
ALTER TABLE "patients" ADD CONSTRAINT "patients_deceased_precision_list" CHECK (deceased_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patients" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_repositories" ADD CONSTRAINT "patient_repositories_counts_positive" CHECK (quota_bytes >= 0 AND document_count >= 0 AND byte_count >= 0);
ALTER TABLE "patient_repositories" ADD CONSTRAINT "patient_repositories_sealed_has_time" CHECK (status = 'OPEN' OR sealed_at IS NOT NULL OR shredded_at IS NOT NULL);
ALTER TABLE "patient_repositories" ADD CONSTRAINT "patient_repositories_shredded_has_time" CHECK ((status = 'SHREDDED') = (shredded_at IS NOT NULL));
ALTER TABLE "patient_repositories" ADD CONSTRAINT "patient_repositories_residency_form" CHECK (residency ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$');
ALTER TABLE "patient_repositories" ADD CONSTRAINT "patient_repositories_status_list" CHECK (status IN ('OPEN', 'SEALED', 'SHREDDED'));
ALTER TABLE "patient_repositories" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_identifiers" ADD CONSTRAINT "patient_identifiers_system_uri" CHECK (system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_identifiers" ADD CONSTRAINT "patient_identifiers_use_list" CHECK (use IN ('usual', 'official', 'temp', 'secondary', 'old'));
ALTER TABLE "patient_identifiers" ADD CONSTRAINT "patient_identifiers_match_method_list" CHECK (match_method IN ('ASSIGNED', 'DEMOGRAPHIC', 'TOKEN', 'MANUAL', 'IMPORTED'));
ALTER TABLE "patient_identifiers" ADD CONSTRAINT "patient_identifiers_match_score_range" CHECK (match_score BETWEEN 0 AND 1);
ALTER TABLE "patient_identifiers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_period_order" CHECK (valid_to > valid_from);
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_known" CHECK (num_nonnulls(related_user_id, name_ciphertext) >= 1);
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_services_limit" CHECK (cardinality(excluded_services) <= 50);
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_representative_has_account" CHECK (NOT is_personal_representative OR related_user_id IS NOT NULL);
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_scope_list" CHECK (scope IN ('NONE', 'READ', 'READ_WRITE', 'FULL'));
ALTER TABLE "patient_relationships" ADD CONSTRAINT "patient_relationships_no_overlap" EXCLUDE USING gist (patient_id WITH =, related_user_id WITH =, tstzrange(valid_from, valid_to) WITH &&) WHERE (revoked_at IS NULL);
ALTER TABLE "patient_relationships" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_coverages" ADD CONSTRAINT "patient_coverages_period_order" CHECK (period_start <= period_end);
ALTER TABLE "patient_coverages" ADD CONSTRAINT "patient_coverages_status_list" CHECK (status IN ('active', 'cancelled', 'draft', 'entered-in-error'));
ALTER TABLE "patient_coverages" ADD CONSTRAINT "patient_coverages_subscriber_relationship_list" CHECK (subscriber_relationship IN ('child', 'parent', 'spouse', 'common', 'other', 'self', 'injured'));
ALTER TABLE "patient_coverages" ADD CONSTRAINT "patient_coverages_order_positive" CHECK (coordination_order >= 1);
ALTER TABLE "patient_coverages" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_status_list" CHECK (status IN ('preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown'));
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_period_order" CHECK (performed_start <= performed_end);
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_complications_limit" CHECK (cardinality(complication_codes) <= 50);
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_procedures" ADD CONSTRAINT "patient_procedures_performed_start_precision_list" CHECK (performed_start_precision IN ('YEAR', 'MONTH', 'DAY', 'SECOND', 'MILLISECOND'));
ALTER TABLE "patient_procedures" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_status_list" CHECK (status IN ('active', 'inactive', 'entered-in-error', 'unknown'));
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_dates_order" CHECK (manufactured_on <= expires_on);
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_code_system_uri" CHECK (code_system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_normalized_pair" CHECK (num_nonnulls(normalized_system, normalized_code) IN (0, 2));
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_code_pair" CHECK (num_nonnulls(code, code_system) IN (0, 2));
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_version_positive" CHECK (version >= 1);
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_not_its_own_predecessor" CHECK (supersedes_id <> id);
ALTER TABLE "patient_devices" ADD CONSTRAINT "patient_devices_security_labels_limit" CHECK (cardinality(security_labels) <= 50);
ALTER TABLE "patient_devices" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "loinc_codes" ADD CONSTRAINT "loinc_codes_number_form" CHECK (loinc_number ~ '^[0-9]{1,7}-[0-9]$');
ALTER TABLE "loinc_codes" ADD CONSTRAINT "loinc_codes_status_list" CHECK (status IN ('ACTIVE', 'TRIAL', 'DISCOURAGED', 'DEPRECATED'));
ALTER TABLE "loinc_codes" ADD CONSTRAINT "loinc_codes_molar_mass_positive" CHECK (molar_mass > 0);
CREATE INDEX "loinc_codes_search_idx" ON "loinc_codes" USING gin (to_tsvector('english'::regconfig, common_name || ' ' || COALESCE(short_name, '') || ' ' || COALESCE(component, '')));
ALTER TABLE "snomed_codes" ADD CONSTRAINT "snomed_codes_concept_id_form" CHECK (concept_id ~ '^[1-9][0-9]{5,17}$');
ALTER TABLE "rx_norm_codes" ADD CONSTRAINT "rx_norm_codes_rxcui_form" CHECK (rxcui ~ '^[1-9][0-9]{0,7}$');
ALTER TABLE "icd10_codes" ADD CONSTRAINT "icd10_codes_code_system_list" CHECK (code_system IN ('ICD10_CM', 'ICD10_PCS'));
ALTER TABLE "icd10_codes" ADD CONSTRAINT "icd10_codes_period_order" CHECK (effective_from <= effective_to);
ALTER TABLE "icd10_codes" ADD CONSTRAINT "icd10_codes_code_form" CHECK (code ~ '^[A-Z0-9][A-Z0-9.]{1,9}$');
ALTER TABLE "cpt_codes" ADD CONSTRAINT "cpt_codes_descriptor_needs_licence" CHECK (descriptor IS NULL OR is_hcpcs OR licensed_by_id IS NOT NULL);
ALTER TABLE "cpt_codes" ADD CONSTRAINT "cpt_codes_period_order" CHECK (effective_from <= effective_to);
ALTER TABLE "cpt_codes" ADD CONSTRAINT "cpt_codes_code_form" CHECK (code ~ '^[A-Z0-9]{5}$');
ALTER TABLE "code_mappings" ADD CONSTRAINT "code_mappings_unmatched_has_no_target" CHECK ((equivalence = 'unmatched') = (target_code IS NULL));
ALTER TABLE "code_mappings" ADD CONSTRAINT "code_mappings_period_order" CHECK (valid_to > valid_from);
ALTER TABLE "code_mappings" ADD CONSTRAINT "code_mappings_source_uri_form" CHECK (source_uri ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "code_mappings" ADD CONSTRAINT "code_mappings_confidence_range" CHECK (confidence BETWEEN 0 AND 1);
ALTER TABLE "code_mappings" ADD CONSTRAINT "code_mappings_map_source_list" CHECK (map_source IN ('PUBLISHED', 'MODEL', 'MANUAL'));
ALTER TABLE "code_mappings" ADD CONSTRAINT "code_mappings_status_list" CHECK (status IN ('DRAFT', 'ACTIVE', 'RETIRED'));
ALTER TABLE "reference_ranges" ADD CONSTRAINT "reference_ranges_obs_3" CHECK (num_nonnulls(low, high, text) >= 1);
ALTER TABLE "reference_ranges" ADD CONSTRAINT "reference_ranges_order" CHECK (low <= high AND critical_low <= critical_high);
ALTER TABLE "reference_ranges" ADD CONSTRAINT "reference_ranges_age_order" CHECK (age_min_days >= 0 AND age_max_days >= age_min_days);
ALTER TABLE "reference_ranges" ADD CONSTRAINT "reference_ranges_period_order" CHECK (effective_from <= effective_to);
ALTER TABLE "reference_ranges" ADD CONSTRAINT "reference_ranges_type_list" CHECK (type IN ('normal', 'recommended', 'treatment', 'therapeutic', 'pre', 'post', 'endocrine'));
ALTER TABLE "unit_conversions" ADD CONSTRAINT "unit_conversions_factor_not_zero" CHECK (factor <> 0);
ALTER TABLE "unit_conversions" ADD CONSTRAINT "unit_conversions_units_differ" CHECK (from_ucum <> to_ucum);
ALTER TABLE "unit_conversions" ADD CONSTRAINT "unit_conversions_molar_mass_positive" CHECK (molar_mass > 0);
ALTER TABLE "terminology_releases" ADD CONSTRAINT "terminology_releases_system_uri" CHECK (system ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "terminology_releases" ADD CONSTRAINT "terminology_releases_row_count_positive" CHECK (row_count >= 0);
ALTER TABLE "terminology_releases" ADD CONSTRAINT "terminology_releases_acceptance_whole" CHECK (num_nonnulls(licence_accepted_by_id, licence_accepted_at) IN (0, 2));
ALTER TABLE "terminology_releases" ADD CONSTRAINT "terminology_releases_sha256_size" CHECK (octet_length(sha256) = 32);
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_effective_order" CHECK (effective_from <= effective_to);
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_termination_order" CHECK (effective_from <= (terminated_at AT TIME ZONE 'UTC')::date + 1);
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_phi_permitted_type" CHECK (NOT phi_permitted OR type IN ('BAA', 'SUBCONTRACTOR_BAA', 'DATA_USE_AGREEMENT'));
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_phi_permitted_signed" CHECK (NOT phi_permitted OR (signed_at IS NOT NULL AND counterparty_id IS NOT NULL));
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_acknowledged_by_patient" CHECK (type <> 'NPP_ACKNOWLEDGEMENT' OR patient_id IS NOT NULL);
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_one_person" CHECK (num_nonnulls(user_id, patient_id) <= 1);
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_counterparty_role_code" CHECK (counterparty_role IN ('COVERED_ENTITY', 'BUSINESS_ASSOCIATE', 'SUBCONTRACTOR', 'DATA_RECIPIENT', 'LICENSOR', 'PROCESSOR'));
ALTER TABLE "legal_agreements" ADD CONSTRAINT "legal_agreements_subprocessors_json" CHECK (jsonb_typeof(subprocessors) = 'array' AND octet_length(subprocessors::text) <= 65536);
ALTER TABLE "legal_agreements" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_period_order" CHECK (period_start <= period_end);
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_completed" CHECK ((status = 'FULFILLED') = (completed_at IS NOT NULL));
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_reviewed" CHECK (completed_at IS NULL OR reviewer_id IS NOT NULL);
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_status_subset" CHECK (status IN ('RECEIVED', 'IN_PROGRESS', 'EXTENDED', 'UNDER_REVIEW', 'FULFILLED', 'WITHDRAWN'));
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_kind_code" CHECK (kind IN ('ACCESS_RIGHTS', 'SYSTEM_ACTIVITY', 'UPKEEP', 'SECURITY_EVALUATION', 'CONTINGENCY_TEST', 'RISK_ANALYSIS'));
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_findings_json" CHECK (jsonb_typeof(findings) = 'array' AND octet_length(findings::text) <= 1048576);
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_decisions_json" CHECK (jsonb_typeof(decisions) = 'array' AND octet_length(decisions::text) <= 1048576);
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_treated_has_residual" CHECK (closed_at IS NULL OR num_nonnulls(treatment, residual_severity) = 2);
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_acceptance_approved" CHECK (treatment IS DISTINCT FROM 'ACCEPT' OR closed_at IS NULL OR approved_by_id IS NOT NULL);
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_likelihood_range" CHECK (likelihood BETWEEN 1 AND 5);
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_impact_range" CHECK (impact BETWEEN 1 AND 5);
ALTER TABLE "risk_assessments" ADD CONSTRAINT "risk_assessments_treatment_code" CHECK (treatment IN ('MITIGATE', 'TRANSFER', 'AVOID', 'ACCEPT'));
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_kind_shape" CHECK ((kind = 'TRAINING' AND num_nonnulls(course, version) = 2 AND num_nonnulls(sanction, decided_by_id) = 0) OR (kind = 'SANCTION' AND num_nonnulls(sanction, decided_by_id) = 2));
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_completion_order" CHECK (assigned_at <= completed_at AND completed_at <= expires_at);
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_expiry_completed" CHECK (expires_at IS NULL OR completed_at IS NOT NULL);
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_decider_is_another" CHECK (decided_by_id <> user_id);
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_kind_code" CHECK (kind IN ('TRAINING', 'SANCTION'));
ALTER TABLE "training_records" ADD CONSTRAINT "training_records_score_range" CHECK (score BETWEEN 0 AND 100);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_agent_known" CHECK (event_type = 'LOGIN_FAILED' OR num_nonnulls(user_id, api_key_id, agent_system) >= 1);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_break_glass_named" CHECK (purpose_of_use IS DISTINCT FROM 'BTG' OR emergency_access_id IS NOT NULL);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_resource_named" CHECK (resource_id IS NULL OR resource_type IS NOT NULL);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_versions_in_order" CHECK (previous_version IS NULL OR (resource_version IS NOT NULL AND previous_version < resource_version));
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_shard_range" CHECK (shard BETWEEN 0 AND 255);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_source_named" CHECK (length(source) BETWEEN 1 AND 128);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_resource_type_form" CHECK (resource_type ~ '^[A-Z][A-Za-z0-9]{0,62}$');
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_reason_size" CHECK (length(reason) <= 2000);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_record_count_not_negative" CHECK (record_count >= 0);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_query_hash_size" CHECK (octet_length(query_hash) = 32);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_user_agent_size" CHECK (length(user_agent) <= 512);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_request_id_size" CHECK (length(request_id) <= 128);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_prev_hash_size" CHECK (octet_length(prev_hash) = 32);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_hash_size" CHECK (octet_length(hash) = 32);
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_key_version_positive" CHECK (key_version > 0);
ALTER TABLE "audit_logs" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_partitions"."audit_logs_default" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_period_order" CHECK (period_start < period_end);
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_steps_in_order" CHECK (sealed_at <= verified_at AND verified_at <= detached_at);
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_detached_is_verified" CHECK (detached_at IS NULL OR verified_at IS NOT NULL);
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_partition_form" CHECK (partition ~ '^audit_logs_[0-9]{4}_[0-9]{2}$');
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_shard_ranges_json" CHECK (jsonb_typeof(shard_ranges) = 'array' AND octet_length(shard_ranges::text) <= 65536);
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_row_count_not_negative" CHECK (row_count >= 0);
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_merkle_root_size" CHECK (octet_length(merkle_root) = 32);
ALTER TABLE "audit_log_archives" ADD CONSTRAINT "audit_log_archives_sha256_size" CHECK (octet_length(sha256) = 32);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_seq_order" CHECK (first_seq >= 0 AND head_seq >= first_seq);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_closed_complete" CHECK (closed_at IS NULL OR num_nonnulls(head_seq, head_hash, tree_size, root_hash, signature, key_id) = 6);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_open_unsigned" CHECK (closed_at IS NOT NULL OR num_nonnulls(signature, external_receipt) = 0);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_period_order" CHECK (opened_at <= closed_at);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_shard_range" CHECK (shard BETWEEN 0 AND 255);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_head_hash_size" CHECK (octet_length(head_hash) = 32);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_tree_size_not_negative" CHECK (tree_size >= 0);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_root_hash_size" CHECK (octet_length(root_hash) = 32);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_previous_root_size" CHECK (octet_length(previous_root) = 32);
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_external_receipt_size" CHECK (length(external_receipt) <= 4096);
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_policy_named" CHECK (policy_uri ~ '^[a-z][a-z0-9+.-]*:[^[:space:]]+$');
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_period_order" CHECK (valid_from <= valid_to);
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_authorization_expires" CHECK (kind = 'CONSENT' OR status <> 'active' OR num_nonnulls(valid_to, expiry_event) >= 1);
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_authorization_signed" CHECK (kind = 'CONSENT' OR status <> 'active' OR num_nonnulls(signature_hash, document_id) >= 1);
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_authorization_names_recipient" CHECK (kind = 'CONSENT' OR status <> 'active' OR num_nonnulls(recipient, purpose, information) = 3);
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_revoked_not_active" CHECK (revoked_at IS NULL OR status IN ('inactive', 'entered-in-error'));
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_revocation_reason" CHECK (revoked_reason IS NULL OR revoked_at IS NOT NULL);
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_representative_acts" CHECK (relationship_id IS NULL OR grantor_id IS NOT NULL);
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_kind_code" CHECK (kind IN ('CONSENT', 'AUTHORIZATION', 'PSYCHOTHERAPY_AUTHORIZATION', 'RESEARCH_AUTHORIZATION', 'MARKETING_AUTHORIZATION', 'PART2_CONSENT'));
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_scope_code" CHECK (scope IN ('adr', 'research', 'patient-privacy', 'treatment'));
ALTER TABLE "patient_consents" ADD CONSTRAINT "patient_consents_signature_hash_size" CHECK (octet_length(signature_hash) = 32);
ALTER TABLE "patient_consents" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_one_actor" CHECK (num_nonnulls(actor_user_id, actor_organization_id, actor_practitioner_id, actor_role) <= 1);
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_data_period_order" CHECK (data_from <= data_to);
ALTER TABLE "consent_grants" ADD CONSTRAINT "consent_grants_actions_codes" CHECK (actions <@ ARRAY['collect', 'access', 'use', 'disclose', 'correct']);
ALTER TABLE "consent_grants" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_recurrence_complete" CHECK (num_nonnulls(recurring_first, recurring_last, recurring_frequency) IN (0, 3));
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_recurrence_order" CHECK (recurring_first <= recurring_last);
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_authorization_named" CHECK (legal_basis NOT IN ('AUTHORIZATION', 'PART2_CONSENT') OR consent_id IS NOT NULL);
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_accountable_basis" CHECK (is_part2 OR is_accountable = (legal_basis NOT IN ('TREATMENT', 'PAYMENT', 'OPERATIONS', 'INDIVIDUAL', 'AUTHORIZATION', 'DIRECTORY_OR_FAMILY', 'NATIONAL_SECURITY', 'CORRECTIONAL', 'LIMITED_DATA_SET', 'INCIDENTAL')));
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_legal_basis_code" CHECK (legal_basis IN ('REQUIRED_BY_LAW', 'PUBLIC_HEALTH', 'ABUSE_OR_NEGLECT', 'HEALTH_OVERSIGHT', 'JUDICIAL', 'LAW_ENFORCEMENT', 'DECEDENTS', 'ORGAN_DONATION', 'RESEARCH_WAIVER', 'SERIOUS_THREAT', 'SPECIALIZED_GOVERNMENT', 'WORKERS_COMPENSATION', 'HHS_ENFORCEMENT', 'BREACH_OR_ERROR', 'TREATMENT', 'PAYMENT', 'OPERATIONS', 'INDIVIDUAL', 'AUTHORIZATION', 'PART2_CONSENT', 'DIRECTORY_OR_FAMILY', 'NATIONAL_SECURITY', 'CORRECTIONAL', 'LIMITED_DATA_SET', 'INCIDENTAL'));
ALTER TABLE "disclosures" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_one_grantee" CHECK (num_nonnulls(grantee_user_id, token_hash) = 1);
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_bearer_named" CHECK (token_hash IS NULL OR recipient_ciphertext IS NOT NULL);
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_downloads_within" CHECK (downloads >= 0 AND max_downloads > 0 AND downloads <= max_downloads);
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_period_order" CHECK (created_at < expires_at);
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_patient_known" CHECK (patient_id IS NOT NULL OR num_nonnulls(consent_id, disclosure_id) = 0);
ALTER TABLE "file_access_grants" ADD CONSTRAINT "file_access_grants_token_hash_size" CHECK (octet_length(token_hash) = 32);
ALTER TABLE "file_access_grants" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_reason_code" CHECK (reason_code IN ('ETREAT', 'BTG'));
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_period_order" CHECK (started_at < expires_at AND started_at <= ended_at);
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_at_most_a_day" CHECK (expires_at <= started_at + interval '24 hours');
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_review_complete" CHECK (num_nonnulls(reviewed_by_id, reviewed_at, review_outcome) IN (0, 3));
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_reviewer_is_another" CHECK (reviewed_by_id <> user_id);
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_justification_size" CHECK (length(btrim(justification)) BETWEEN 10 AND 4000);
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_review_outcome_code" CHECK (review_outcome IN ('JUSTIFIED', 'NOT_JUSTIFIED', 'NEEDS_TRAINING', 'INCIDENT_OPENED'));
ALTER TABLE "emergency_accesses" ADD CONSTRAINT "emergency_accesses_one_at_a_time" EXCLUDE USING gist (user_id WITH =, patient_id WITH =, tstzrange(started_at, COALESCE(ended_at, expires_at)) WITH &&);
ALTER TABLE "emergency_accesses" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_seen_order" CHECK (first_seen_at <= last_seen_at);
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_resolution_complete" CHECK (num_nonnulls(resolved_at, resolution) IN (0, 2));
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_count_positive" CHECK (count > 0);
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_evidence_json" CHECK (jsonb_typeof(evidence) = 'object' AND octet_length(evidence::text) <= 32768);
ALTER TABLE "security_alerts" ADD CONSTRAINT "security_alerts_resolution_code" CHECK (resolution IN ('FALSE_POSITIVE', 'BENIGN', 'POLICY_VIOLATION', 'INCIDENT_OPENED', 'MITIGATED'));
ALTER TABLE "security_alerts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_discovery_order" CHECK (occurred_at <= occurred_until AND occurred_at <= discovered_at);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_regimes_codes" CHECK (regimes <@ ARRAY['HIPAA', 'FTC', 'PART2', 'STATE'] AND cardinality(regimes) > 0);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_vendor_or_entity" CHECK (NOT (regimes @> ARRAY['FTC'] AND regimes && ARRAY['HIPAA', 'PART2']));
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_ftc_role" CHECK ((regimes @> ARRAY['FTC']) = (our_role IN ('PHR_VENDOR', 'PHR_RELATED_ENTITY', 'PHR_SERVICE_PROVIDER')) OR our_role = 'NONE');
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_ftc_has_no_exception" CHECK (NOT (regimes @> ARRAY['FTC'] AND (status IN ('EXCEPTION_APPLIES', 'ASSESSED_LOW_PROBABILITY') OR exception IS NOT NULL OR low_probability)));
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_exception_named" CHECK (status <> 'EXCEPTION_APPLIES' OR exception IS NOT NULL);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_low_probability_shown" CHECK (NOT (low_probability OR status = 'ASSESSED_LOW_PROBABILITY') OR (low_probability AND num_nonnulls(factor_nature, factor_recipient, factor_acquired, factor_mitigated) = 4));
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_hold_complete" CHECK (num_nonnulls(hold_basis, hold_stated_on, hold_until, hold_official) IN (0, 4));
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_hold_order" CHECK (hold_stated_on <= hold_until);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_oral_hold_30_days" CHECK (hold_basis <> 'ORAL' OR hold_until <= hold_stated_on + 30);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_affected_not_negative" CHECK (affected_count >= 0);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_closed" CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL));
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_location_codes" CHECK (location <@ ARRAY['DESKTOP_COMPUTER', 'ELECTRONIC_MEDICAL_RECORD', 'EMAIL', 'LAPTOP', 'NETWORK_SERVER', 'OTHER_PORTABLE_DEVICE', 'PAPER_FILMS', 'OTHER']);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_our_role_code" CHECK (our_role IN ('COVERED_ENTITY', 'BUSINESS_ASSOCIATE', 'PART2_PROGRAM', 'QUALIFIED_SERVICE_ORGANIZATION', 'PHR_VENDOR', 'PHR_RELATED_ENTITY', 'PHR_SERVICE_PROVIDER', 'NONE'));
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_exception_code" CHECK (exception IN ('UNINTENTIONAL_ACQUISITION', 'INADVERTENT_DISCLOSURE', 'NOT_RETAINED'));
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_affected_by_state_json" CHECK (jsonb_typeof(affected_by_state) = 'object' AND octet_length(affected_by_state::text) <= 4096);
ALTER TABLE "breach_incidents" ADD CONSTRAINT "breach_incidents_hold_basis_code" CHECK (hold_basis IN ('WRITTEN', 'ORAL'));
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_patient_named" CHECK ((audience IN ('INDIVIDUAL', 'NEXT_OF_KIN')) = (patient_id IS NOT NULL));
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_state_named" CHECK (audience NOT IN ('MEDIA', 'STATE_AUTHORITY') OR state IS NOT NULL);
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_urgent_individual" CHECK (NOT urgent OR audience IN ('INDIVIDUAL', 'NEXT_OF_KIN'));
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_returned_after_sent" CHECK (returned_at IS NULL OR (sent_at IS NOT NULL AND sent_at <= returned_at));
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_substitute_complete" CHECK (num_nonnulls(substitute_notice_at, substitute_method) IN (0, 2));
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_state_form" CHECK (state ~ '^[A-Z]{2}$');
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_substitute_method_code" CHECK (substitute_method IN ('WEB_SITE', 'PRINT_MEDIA', 'BROADCAST_MEDIA', 'TELEPHONE', 'EMAIL', 'OTHER_WRITTEN'));
ALTER TABLE "breach_notifications" ADD CONSTRAINT "breach_notifications_content_json" CHECK (jsonb_typeof(content) = 'object' AND octet_length(content::text) <= 65536);
ALTER TABLE "breach_notifications" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_extension_complete" CHECK (num_nonnulls(extended_at, extension_reason) IN (0, 2));
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_extension_once" CHECK (kind <> 'INTERMEDIARY_LIST' OR extended_at IS NULL);
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_extended_status" CHECK (status <> 'EXTENDED' OR extended_at IS NOT NULL);
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_extension_order" CHECK (received_at <= extended_at);
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_fulfilled" CHECK (status <> 'FULFILLED' OR (fulfilled_at IS NOT NULL AND identity_verified_at IS NOT NULL));
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_denial_ground" CHECK (status NOT IN ('DENIED', 'PARTIALLY_DENIED') OR denial_ground IS NOT NULL);
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_reviewable" CHECK (reviewable IS NULL OR reviewable = (denial_ground IN ('ENDANGERS_LIFE', 'HARMS_ANOTHER', 'REPRESENTATIVE_HARM')));
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_denial_answered" CHECK ((denial_ground IS NULL) = (reviewable IS NULL));
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_third_party" CHECK (NOT third_party OR kind = 'ACCESS');
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_review_possible" CHECK (status <> 'UNDER_REVIEW' OR reviewable);
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_kind_code" CHECK (kind IN ('ACCESS', 'ACCOUNTING', 'INTERMEDIARY_LIST', 'PART2_ACCOUNTING'));
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_period_order" CHECK (period_start <= period_end);
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_format_code" CHECK (format IN ('FHIR_JSON', 'CCDA', 'PDF', 'PAPER', 'OTHER'));
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_delivery_method_code" CHECK (delivery_method IN ('PORTAL', 'API', 'EMAIL', 'POSTAL', 'MEDIA', 'IN_PERSON'));
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_fee_not_negative" CHECK (fee_cents >= 0);
ALTER TABLE "patient_access_requests" ADD CONSTRAINT "patient_access_requests_denial_ground_code" CHECK (denial_ground IN ('PSYCHOTHERAPY_NOTES', 'LITIGATION', 'CORRECTIONAL', 'RESEARCH_IN_PROGRESS', 'PRIVACY_ACT', 'CONFIDENTIAL_SOURCE', 'NOT_HELD', 'ENDANGERS_LIFE', 'HARMS_ANOTHER', 'REPRESENTATIVE_HARM'));
ALTER TABLE "patient_access_requests" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_extension_complete" CHECK (num_nonnulls(extended_at, extension_reason) IN (0, 2));
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_extended_status" CHECK (status <> 'EXTENDED' OR extended_at IS NOT NULL);
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_extension_order" CHECK (received_at <= extended_at);
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_applied" CHECK (status <> 'FULFILLED' OR applied_at IS NOT NULL);
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_denial_ground" CHECK (status NOT IN ('DENIED', 'PARTIALLY_DENIED') OR denial_ground IS NOT NULL);
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_disagreement_follows" CHECK (disagreement IS NULL OR denial_ground IS NOT NULL);
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_rebuttal_follows" CHECK (rebuttal IS NULL OR disagreement IS NOT NULL);
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_target_type_code" CHECK (target_type IN ('Patient', 'PatientCoverage', 'Encounter', 'PatientDiagnosis', 'PatientMedication', 'PatientAllergy', 'PatientImmunization', 'PatientProcedure', 'PatientDevice', 'PatientVitalSign', 'PatientObservation', 'DiagnosticReport', 'ServiceRequest', 'PatientCarePlan', 'PatientGoal', 'PatientFamilyHistory', 'Document'));
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_denial_ground_code" CHECK (denial_ground IN ('NOT_CREATED_HERE', 'NOT_IN_RECORD_SET', 'NOT_OPEN_TO_ACCESS', 'ACCURATE_AND_COMPLETE'));
ALTER TABLE "patient_amendment_requests" ADD CONSTRAINT "patient_amendment_requests_informed_persons_json" CHECK (jsonb_typeof(informed_persons) = 'array' AND octet_length(informed_persons::text) <= 65536);
ALTER TABLE "patient_amendment_requests" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_effective_order" CHECK (effective_from <= effective_to);
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_decision_complete" CHECK (num_nonnulls(decided_at, disposition) IN (0, 2));
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_self_pay_binds" CHECK (kind <> 'SELF_PAY_RESTRICTION' OR paid_in_full_at IS NULL OR disposition IS DISTINCT FROM 'REFUSED');
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_self_pay_stays" CHECK (kind <> 'SELF_PAY_RESTRICTION' OR terminated_by IS DISTINCT FROM 'ENTITY');
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_opt_out_binds" CHECK (kind <> 'OPT_OUT' OR disposition IS DISTINCT FROM 'REFUSED');
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_agreed_effective" CHECK (disposition NOT IN ('AGREED', 'PARTLY_AGREED') OR effective_from IS NOT NULL);
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_channel_given" CHECK (kind <> 'CONFIDENTIAL_COMMUNICATION' OR num_nonnulls(channel, address_ciphertext) >= 1);
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_terminated_ends" CHECK (terminated_by IS NULL OR effective_to IS NOT NULL);
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_status_subset" CHECK (status NOT IN ('EXTENDED', 'UNDER_REVIEW'));
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_kind_code" CHECK (kind IN ('RESTRICTION', 'SELF_PAY_RESTRICTION', 'CONFIDENTIAL_COMMUNICATION', 'OPT_OUT', 'COMPLAINT'));
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_disposition_code" CHECK (disposition IN ('AGREED', 'PARTLY_AGREED', 'REFUSED', 'SUBSTANTIATED', 'UNSUBSTANTIATED'));
ALTER TABLE "patient_privacy_requests" ADD CONSTRAINT "patient_privacy_requests_terminated_by_code" CHECK (terminated_by IN ('PATIENT_WRITTEN', 'PATIENT_ORAL', 'ENTITY'));
ALTER TABLE "patient_privacy_requests" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "data_retention_policies" ADD CONSTRAINT "data_retention_policies_days_positive" CHECK (retention_period_days > 0);
ALTER TABLE "data_retention_policies" ADD CONSTRAINT "data_retention_policies_years_positive" CHECK (retention_years > 0);
ALTER TABLE "data_retention_policies" ADD CONSTRAINT "data_retention_policies_starts_from_code" CHECK (starts_from IN ('CREATED', 'LAST_IN_EFFECT', 'LAST_ENCOUNTER', 'MAJORITY'));
ALTER TABLE "data_retention_policies" ADD CONSTRAINT "data_retention_policies_action_code" CHECK (action IN ('ARCHIVE', 'DELETE', 'SHRED', 'REVIEW'));
ALTER TABLE "data_retention_policies" ADD CONSTRAINT "data_retention_policies_minor_extension_range" CHECK (minor_extension_years BETWEEN 0 AND 30);
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_period_order" CHECK (started_at <= finished_at AND started_at <= failed_at);
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_one_end" CHECK (num_nonnulls(finished_at, failed_at) <= 1);
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_counts_not_negative" CHECK (candidates >= 0 AND archived >= 0 AND deleted >= 0 AND held_back >= 0);
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_counts_add_up" CHECK (archived + deleted + held_back <= candidates);
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_dry_run_keeps" CHECK (NOT dry_run OR (archived = 0 AND deleted = 0));
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_destruction_approved" CHECK (deleted = 0 OR approved_by_id IS NOT NULL);
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_destruction_certified" CHECK (deleted = 0 OR finished_at IS NULL OR certificate_hash IS NOT NULL);
ALTER TABLE "retention_executions" ADD CONSTRAINT "retention_executions_certificate_hash_size" CHECK (octet_length(certificate_hash) = 32);
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_release_complete" CHECK (num_nonnulls(released_at, released_by_id, release_reason) IN (0, 3));
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_release_order" CHECK (placed_at <= released_at);
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_data_period_order" CHECK (data_from <= data_to);
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_scope_type_code" CHECK (scope_type IN ('Patient', 'User', 'Organization', 'Document', 'SecureFile', 'BreachIncident', 'AuditLogArchive', 'DataRetentionPolicy'));
ALTER TABLE "legal_holds" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_kind_form" CHECK (kind ~ '^[A-Z][A-Z0-9_]{0,63}$');
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_status_list" CHECK (status IN ('requested', 'accepted', 'rejected', 'in-progress', 'on-hold', 'cancelled', 'failed', 'completed', 'entered-in-error'));
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_input_refs_form" CHECK (jsonb_typeof(input_refs) = 'array' AND octet_length(input_refs::text) <= 524288);
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_time_order" CHECK (finished_at >= started_at);
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_completed_whole" CHECK (status <> 'completed' OR (finished_at IS NOT NULL AND findings_ciphertext IS NOT NULL AND disclaimer_version IS NOT NULL));
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_review_decision_list" CHECK (review_decision IN ('ACCEPTED', 'ACCEPTED_WITH_CHANGES', 'REJECTED'));
ALTER TABLE "analysis_sessions" ADD CONSTRAINT "analysis_sessions_review_whole" CHECK (num_nonnulls(reviewed_by_id, reviewed_at, review_decision) IN (0, 3));
ALTER TABLE "analysis_sessions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "analysis_queues" ADD CONSTRAINT "analysis_queues_name_form" CHECK (name ~ '^[a-z0-9]+([._-][a-z0-9]+)*$' AND length(name) <= 100);
ALTER TABLE "analysis_queues" ADD CONSTRAINT "analysis_queues_max_concurrency_range" CHECK (max_concurrency BETWEEN 1 AND 10000);
ALTER TABLE "analysis_queues" ADD CONSTRAINT "analysis_queues_budget_range" CHECK (daily_budget_micros >= 0);
ALTER TABLE "analysis_queues" ADD CONSTRAINT "analysis_queues_dead_letter_range" CHECK (dead_letter_after BETWEEN 1 AND 100);
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_type_form" CHECK (type ~ '^[A-Z][A-Z0-9_]{0,63}$');
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_payload_form" CHECK (jsonb_typeof(payload) = 'object' AND octet_length(payload::text) <= 65536);
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_lease_whole" CHECK (num_nonnulls(lease_owner, lease_until) <> 1);
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_leased_when_running" CHECK (status <> 'in-progress' OR lease_until IS NOT NULL);
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_attempts_range" CHECK (attempts >= 0 AND max_attempts BETWEEN 1 AND 100 AND attempts <= max_attempts);
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_priority_list" CHECK (priority IN ('routine', 'urgent', 'asap', 'stat'));
ALTER TABLE "analysis_tasks" ADD CONSTRAINT "analysis_tasks_finished_when" CHECK ((status IN ('rejected', 'cancelled', 'failed', 'completed', 'entered-in-error')) = (finished_at IS NOT NULL));
ALTER TABLE "analysis_tasks" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "chat_conversations" ADD CONSTRAINT "chat_conversations_purpose_when_patient" CHECK (patient_id IS NULL OR purpose_of_use IS NOT NULL);
ALTER TABLE "chat_conversations" ADD CONSTRAINT "chat_conversations_last_message_order" CHECK (last_message_at >= created_at);
ALTER TABLE "chat_conversations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_sequence_range" CHECK (sequence >= 0);
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_tokens_range" CHECK (tokens_in >= 0 AND tokens_out >= 0);
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_citations_form" CHECK (citations IS NULL OR (jsonb_typeof(citations) = 'array' AND octet_length(citations::text) <= 131072));
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_feedback_list" CHECK (feedback IN ('HELPFUL', 'NOT_HELPFUL', 'WRONG', 'UNSAFE'));
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_feedback_of_answers" CHECK (feedback IS NULL OR role = 'ASSISTANT');
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_interaction_of_answers" CHECK (interaction_id IS NULL OR role IN ('ASSISTANT', 'TOOL'));
ALTER TABLE "chat_messages" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "document_embeddings" ADD CONSTRAINT "document_embeddings_vector_length" CHECK (cardinality(vector) = dimensions AND array_position(vector, NULL) IS NULL);
ALTER TABLE "document_embeddings" ADD CONSTRAINT "document_embeddings_chunk_range" CHECK (chunk_index >= 0 AND page >= 1 AND char_start >= 0 AND char_end > char_start);
ALTER TABLE "document_embeddings" ADD CONSTRAINT "document_embeddings_content_hmac_sha256" CHECK (octet_length(content_hmac) = 32);
ALTER TABLE "document_embeddings" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_prompt_sha256" CHECK (octet_length(prompt_sha256) = 32);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_input_hash" CHECK (octet_length(input_hash) = 32);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_tokens_range" CHECK (tokens_in >= 0 AND tokens_out >= 0 AND cached_tokens >= 0 AND cached_tokens <= tokens_in);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_context_range" CHECK (context_tokens_before >= 0 AND context_tokens_after >= 0);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_latency_range" CHECK (latency_ms >= 0);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_outcome_list" CHECK (outcome IN ('SUCCESS', 'REFUSED', 'FILTERED', 'TIMEOUT', 'RATE_LIMITED', 'ERROR', 'CACHED'));
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_optimizations_list" CHECK (optimizations <@ ARRAY['CACHE', 'TRIM', 'ROUTE', 'BATCH', 'DEDUPE']);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_phi_needs_agreement" CHECK (NOT phi_sent OR agreement_id IS NOT NULL);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_disclosure_has_patient" CHECK (disclosure_id IS NULL OR patient_id IS NOT NULL);
ALTER TABLE "ai_interactions" ADD CONSTRAINT "ai_interactions_redaction_has_key" CHECK (redaction_map_ciphertext IS NULL OR key_id IS NOT NULL);
ALTER TABLE "ai_interactions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_category_list" CHECK (category IN ('INPUT', 'OUTPUT', 'CACHED_INPUT', 'EMBEDDING', 'OCR', 'STORAGE', 'COMPUTE'));
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_range" CHECK (cost_micros >= 0 AND baseline_micros >= 0);
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_currency_form" CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE "analysis_costs" ADD CONSTRAINT "analysis_costs_source" CHECK (num_nonnulls(interaction_id, session_id) >= 1);
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_kind_list" CHECK (kind IN ('CHAT', 'EMBEDDING', 'EXTRACTION', 'CLASSIFICATION', 'OCR', 'RERANK'));
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_key_form" CHECK (key ~ '^[a-z0-9]+([._:/@-][a-z0-9]+)*$' AND length(key) <= 200);
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_phi_needs_agreement" CHECK (NOT phi_allowed OR agreement_id IS NOT NULL);
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_embedding_dimensions" CHECK (kind <> 'EMBEDDING' OR dimensions IS NOT NULL);
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_ranges" CHECK (context_window > 0 AND dimensions BETWEEN 1 AND 16000);
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_prices_range" CHECK (input_price_micros >= 0 AND output_price_micros >= 0 AND cached_price_micros >= 0);
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_currency_form" CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_not_its_own_fallback" CHECK (fallback_model_id <> id);
ALTER TABLE "ai_models" ADD CONSTRAINT "ai_models_source_attributes_form" CHECK (source_attributes IS NULL OR (jsonb_typeof(source_attributes) = 'object' AND octet_length(source_attributes::text) <= 524288));
ALTER TABLE "model_performances" ADD CONSTRAINT "model_performances_window_order" CHECK (window_end > window_start);
ALTER TABLE "model_performances" ADD CONSTRAINT "model_performances_sample_size_range" CHECK (sample_size > 0);
ALTER TABLE "model_performances" ADD CONSTRAINT "model_performances_latency_order" CHECK (p50_ms >= 0 AND p95_ms >= p50_ms);
ALTER TABLE "model_performances" ADD CONSTRAINT "model_performances_error_rate_range" CHECK (error_rate BETWEEN 0 AND 1);
ALTER TABLE "model_performances" ADD CONSTRAINT "model_performances_drift_score_range" CHECK (drift_score >= 0);
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_one_owner" CHECK (num_nonnulls(user_id, organization_id) = 1);
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_amount_range" CHECK (amount_cents > 0);
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_captured_range" CHECK (captured_cents BETWEEN 0 AND amount_cents);
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_refunded_range" CHECK (refunded_cents BETWEEN 0 AND captured_cents);
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_currency_form" CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_state_amounts" CHECK (CASE status WHEN 'SUCCEEDED' THEN captured_cents > 0 AND refunded_cents = 0 WHEN 'REFUNDED' THEN refunded_cents > 0 AND refunded_cents = captured_cents WHEN 'PARTIALLY_REFUNDED' THEN refunded_cents > 0 AND refunded_cents < captured_cents ELSE captured_cents = 0 END);
ALTER TABLE "payment_intents" ADD CONSTRAINT "payment_intents_stripe_id_form" CHECK (stripe_payment_intent_id ~ '^pi_');
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_one_owner" CHECK (num_nonnulls(user_id, organization_id) = 1);
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_amounts_range" CHECK (subtotal_cents >= 0 AND tax_cents >= 0);
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_total_sum" CHECK (total_cents = subtotal_cents + tax_cents);
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_currency_form" CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_lines_form" CHECK (jsonb_typeof(lines) = 'array' AND octet_length(lines::text) <= 262144);
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_render_sha256" CHECK (octet_length(render_sha256) = 32);
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_issued_whole" CHECK (CASE WHEN status = 'DRAFT' THEN issued_at IS NULL ELSE num_nonnulls(number, issued_at, due_at, render_sha256) = 4 END);
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_paid_when" CHECK ((status = 'PAID') = (paid_at IS NOT NULL));
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_voided_when" CHECK ((status = 'VOID') = (voided_at IS NOT NULL));
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_time_order" CHECK (due_at >= issued_at AND paid_at >= issued_at AND voided_at >= issued_at);
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_stripe_id_form" CHECK (stripe_invoice_id ~ '^in_');
ALTER TABLE "billing_events" ADD CONSTRAINT "billing_events_provider_form" CHECK (provider ~ '^[a-z][a-z0-9_-]{0,49}$');
ALTER TABLE "billing_events" ADD CONSTRAINT "billing_events_payload_hash_sha256" CHECK (octet_length(payload_hash) = 32);
ALTER TABLE "billing_events" ADD CONSTRAINT "billing_events_attempts_range" CHECK (attempts >= 0);
ALTER TABLE "billing_events" ADD CONSTRAINT "billing_events_processed_order" CHECK (processed_at >= received_at);
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_code_form" CHECK (code ~ '^[A-Z][A-Z0-9_]{0,63}$');
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_price_range" CHECK (price_cents >= 0);
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_currency_form" CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_interval_list" CHECK (billing_interval IN ('MONTH', 'YEAR'));
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_tokens_range" CHECK (included_tokens >= 0);
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_period_order" CHECK (valid_to > valid_from);
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_entitlements_form" CHECK (jsonb_typeof(entitlements) = 'object' AND octet_length(entitlements::text) <= 16384);
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_one_owner" CHECK (num_nonnulls(user_id, organization_id) = 1);
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_period_order" CHECK (current_period_end > current_period_start);
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_canceled_when" CHECK (status <> 'CANCELED' OR canceled_at IS NOT NULL);
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_trial_when" CHECK (status <> 'TRIALING' OR trial_ends_at IS NOT NULL);
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_stripe_ids_form" CHECK (stripe_customer_id ~ '^cus_' AND stripe_subscription_id ~ '^sub_');
ALTER TABLE "token_balances" ADD CONSTRAINT "token_balances_one_owner" CHECK (num_nonnulls(user_id, organization_id) = 1);
ALTER TABLE "token_balances" ADD CONSTRAINT "token_balances_available_range" CHECK (available >= 0);
ALTER TABLE "token_balances" ADD CONSTRAINT "token_balances_reserved_range" CHECK (reserved >= 0);
ALTER TABLE "token_balances" ADD CONSTRAINT "token_balances_bucket_range" CHECK (bucket BETWEEN 0 AND 63);
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_moves" CHECK (available_delta <> 0 OR reserved_delta <> 0);
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_never_negative" CHECK (available_after >= 0 AND reserved_after >= 0);
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_before_not_negative" CHECK (available_after - available_delta >= 0 AND reserved_after - reserved_delta >= 0);
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_direction" CHECK (CASE type WHEN 'GRANT' THEN available_delta > 0 AND reserved_delta = 0 WHEN 'PURCHASE' THEN available_delta > 0 AND reserved_delta = 0 WHEN 'REFUND' THEN reserved_delta = 0 WHEN 'EXPIRE' THEN available_delta < 0 AND reserved_delta = 0 WHEN 'RESERVE' THEN available_delta < 0 AND reserved_delta = -available_delta WHEN 'RELEASE' THEN available_delta > 0 AND reserved_delta = -available_delta WHEN 'CONSUME' THEN available_delta <= 0 AND reserved_delta <= 0 ELSE true END);
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_reservation_named" CHECK (CASE WHEN type IN ('CONSUME', 'RELEASE') AND reserved_delta < 0 THEN reservation_id IS NOT NULL ELSE reservation_id IS NULL END);
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_payment_named" CHECK (CASE WHEN type = 'PURCHASE' THEN payment_id IS NOT NULL WHEN type = 'REFUND' THEN true ELSE payment_id IS NULL END);
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_expiry" CHECK (expires_at IS NULL OR (type IN ('GRANT', 'PURCHASE', 'RESERVE') AND expires_at > created_at));
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_reason_of_adjustment" CHECK (type <> 'ADJUST' OR reason IS NOT NULL);
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_fhir_base_url_form" CHECK (fhir_base_url ~ '^(https://|http://(localhost|127\.0\.0\.1|\[::1\])[:/])' AND fhir_base_url !~ '/$');
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_endpoints_https" CHECK (authorize_url ~ '^(https://|http://(localhost|127\.0\.0\.1|\[::1\])[:/])' AND token_url ~ '^(https://|http://(localhost|127\.0\.0\.1|\[::1\])[:/])' AND jwks_uri ~ '^(https://|http://(localhost|127\.0\.0\.1|\[::1\])[:/])');
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_secret_has_key" CHECK ((client_secret_ciphertext IS NULL) = (key_id IS NULL));
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_active_authorises" CHECK (NOT is_active OR num_nonnulls(authorize_url, token_url, client_id) = 3);
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_limits_positive" CHECK (page_size BETWEEN 1 AND 1000 AND rate_limit_per_minute > 0);
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_fhir_version_form" CHECK (fhir_version ~ '^[0-9]+\.[0-9]+\.[0-9]+$');
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_capabilities_json" CHECK (jsonb_typeof(capabilities) = 'object' AND octet_length(capabilities::text) <= 262144);
ALTER TABLE "provider_configurations" ADD CONSTRAINT "provider_configurations_vendor_settings_json" CHECK (jsonb_typeof(vendor_settings) = 'object' AND octet_length(vendor_settings::text) <= 16384);
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_ended" CHECK ((status IN ('REVOKED', 'DISCONNECTED')) = (disconnected_at IS NOT NULL));
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_active_identified" CHECK (status <> 'ACTIVE' OR (patient_identifier_id IS NOT NULL AND connected_at IS NOT NULL));
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_error_count_not_negative" CHECK (error_count >= 0);
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_period_order" CHECK (connected_at <= disconnected_at);
ALTER TABLE "ehr_connections" ADD CONSTRAINT "ehr_connections_sync_cursor_json" CHECK (jsonb_typeof(sync_cursor) = 'object' AND octet_length(sync_cursor::text) <= 65536);
ALTER TABLE "ehr_connections" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ehr_credentials" ADD CONSTRAINT "ehr_credentials_authorization_whole" CHECK (num_nonnulls(state_hash, pkce_verifier_ciphertext, authorization_expires_at) IN (0, 3));
ALTER TABLE "ehr_credentials" ADD CONSTRAINT "ehr_credentials_token_whole" CHECK ((access_token_ciphertext IS NULL) = (token_type IS NULL) AND (refresh_token_ciphertext IS NULL OR access_token_ciphertext IS NOT NULL));
ALTER TABLE "ehr_credentials" ADD CONSTRAINT "ehr_credentials_state_hash_size" CHECK (octet_length(state_hash) = 32);
ALTER TABLE "ehr_credentials" ADD CONSTRAINT "ehr_credentials_token_type_code" CHECK (token_type IN ('Bearer', 'DPoP'));
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_type_code" CHECK (resource_type IN ( 'Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'));
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_fhir_id_form" CHECK (fhir_id ~ '^[A-Za-z0-9.-]{1,64}$');
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_version_no_positive" CHECK (version_no > 0);
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_content_or_deleted" CHECK (is_deleted OR num_nonnulls(content_ciphertext, content_hash) = 2);
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_content_hash_size" CHECK (octet_length(content_hash) = 32);
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_superseded_order" CHECK (received_at <= superseded_at);
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_mapped_pair" CHECK (num_nonnulls(mapped_model, mapped_id) IN (0, 2));
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_mapped_or_error" CHECK (mapping_error IS NULL OR mapped_id IS NULL);
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_mapped_model_code" CHECK (mapped_model IN ('Patient', 'PatientIdentifier', 'PatientRelationship', 'PatientCoverage', 'Practitioner', 'Organization', 'CareTeamMember', 'Encounter', 'PatientDiagnosis', 'PatientMedication', 'PatientAllergy', 'PatientImmunization', 'PatientProcedure', 'PatientDevice', 'PatientVitalSign', 'PatientObservation', 'DiagnosticReport', 'ServiceRequest', 'PatientCarePlan', 'PatientGoal', 'PatientFamilyHistory', 'Document', 'Provenance', 'PatientConsent'));
ALTER TABLE "fhir_resources" ADD CONSTRAINT "fhir_resources_mapping_error_form" CHECK (mapping_error ~ '^[A-Za-z0-9._-]{1,128}$');
ALTER TABLE "fhir_resources" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_period_order" CHECK (started_at <= finished_at);
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_finished" CHECK ((status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')) = (finished_at IS NOT NULL));
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_status_subset" CHECK (status <> 'EXPIRED');
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_started" CHECK (status IN ('QUEUED', 'CANCELLED') OR started_at IS NOT NULL);
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_counts_not_negative" CHECK (created >= 0 AND updated >= 0 AND unchanged >= 0 AND deleted >= 0 AND failed >= 0);
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_failure_coded" CHECK (status <> 'FAILED' OR error_code IS NOT NULL);
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_trigger_code" CHECK (trigger IN ('INITIAL', 'SCHEDULED', 'MANUAL', 'RETRY', 'SUBSCRIPTION'));
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_conflicts_json" CHECK (jsonb_typeof(conflicts) = 'array' AND octet_length(conflicts::text) <= 1048576);
ALTER TABLE "sync_histories" ADD CONSTRAINT "sync_histories_error_code_form" CHECK (error_code ~ '^[A-Z][A-Z0-9_.]{0,127}$');
ALTER TABLE "sync_histories" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_inbound_endpoint" CHECK (direction <> 'IN' OR (configuration_id IS NOT NULL AND data_set_method = 'IDENTIFIED'));
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_group_named" CHECK (kind <> 'GROUP' OR group_id IS NOT NULL);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_safe_harbor_rules" CHECK (data_set_method <> 'SAFE_HARBOR' OR rule_set_version IS NOT NULL);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_expert_named" CHECK (data_set_method <> 'EXPERT_DETERMINATION' OR num_nonnulls(expert_name, risk_score, rule_set_version) = 3);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_limited_agreement" CHECK (data_set_method <> 'LIMITED_DATA_SET' OR agreement_id IS NOT NULL);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_date_shift_method" CHECK (date_shift_key_id IS NULL OR data_set_method IN ('EXPERT_DETERMINATION', 'LIMITED_DATA_SET'));
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_period_order" CHECK (requested_at <= finished_at);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_finished" CHECK ((status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'EXPIRED')) = (finished_at IS NOT NULL));
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_failure_coded" CHECK (status <> 'FAILED' OR error_code IS NOT NULL);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_kind_code" CHECK (kind IN ('PATIENT', 'GROUP', 'SYSTEM'));
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_direction_code" CHECK (direction IN ('IN', 'OUT'));
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_manifest_json" CHECK (jsonb_typeof(manifest) = 'object' AND octet_length(manifest::text) <= 1048576);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_data_set_method_code" CHECK (data_set_method IN ('IDENTIFIED', 'SAFE_HARBOR', 'EXPERT_DETERMINATION', 'LIMITED_DATA_SET'));
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_risk_score_range" CHECK (risk_score BETWEEN 0 AND 1);
ALTER TABLE "bulk_export_jobs" ADD CONSTRAINT "bulk_export_jobs_error_code_form" CHECK (error_code ~ '^[A-Z][A-Z0-9_.]{0,127}$');
