-- DropForeignKey
ALTER TABLE "public"."roles" DROP CONSTRAINT "roles_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."role_permissions" DROP CONSTRAINT "role_permissions_role_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."role_permissions" DROP CONSTRAINT "role_permissions_permission_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_roles" DROP CONSTRAINT "user_roles_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_roles" DROP CONSTRAINT "user_roles_role_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_roles" DROP CONSTRAINT "user_roles_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_roles" DROP CONSTRAINT "user_roles_granted_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_roles" DROP CONSTRAINT "user_roles_revoked_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_2fas" DROP CONSTRAINT "user_2fas_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_2fas" DROP CONSTRAINT "user_2fas_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."identity_challenges" DROP CONSTRAINT "identity_challenges_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encryption_keys" DROP CONSTRAINT "encryption_keys_kek_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encryption_keys" DROP CONSTRAINT "encryption_keys_successor_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."api_keys" DROP CONSTRAINT "api_keys_owner_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."api_keys" DROP CONSTRAINT "api_keys_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."api_keys" DROP CONSTRAINT "api_keys_revoked_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."notifications" DROP CONSTRAINT "notifications_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."notifications" DROP CONSTRAINT "notifications_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."organizations" DROP CONSTRAINT "organizations_parent_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."security_configurations" DROP CONSTRAINT "security_configurations_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_sessions" DROP CONSTRAINT "user_sessions_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_sessions" DROP CONSTRAINT "user_sessions_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."user_sessions" DROP CONSTRAINT "user_sessions_rotated_from_id_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."users" DROP CONSTRAINT "users_role_fkey";

-- DropForeignKey
ALTER TABLE "public"."users" DROP CONSTRAINT "users_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_allergies" DROP CONSTRAINT "patient_allergies_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_allergies" DROP CONSTRAINT "patient_allergies_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_allergies" DROP CONSTRAINT "patient_allergies_asserter_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_allergies" DROP CONSTRAINT "patient_allergies_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_allergies" DROP CONSTRAINT "patient_allergies_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_allergies" DROP CONSTRAINT "patient_allergies_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."practitioners" DROP CONSTRAINT "practitioners_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."practitioners" DROP CONSTRAINT "practitioners_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."care_team_members" DROP CONSTRAINT "care_team_members_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."care_team_members" DROP CONSTRAINT "care_team_members_practitioner_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."care_team_members" DROP CONSTRAINT "care_team_members_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."care_team_members" DROP CONSTRAINT "care_team_members_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_diagnoses" DROP CONSTRAINT "patient_diagnoses_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_diagnoses" DROP CONSTRAINT "patient_diagnoses_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_diagnoses" DROP CONSTRAINT "patient_diagnoses_asserter_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_diagnoses" DROP CONSTRAINT "patient_diagnoses_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_diagnoses" DROP CONSTRAINT "patient_diagnoses_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_diagnoses" DROP CONSTRAINT "patient_diagnoses_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_author_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_custodian_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_secure_file_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_relates_to_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."documents" DROP CONSTRAINT "documents_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."secure_files" DROP CONSTRAINT "secure_files_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."secure_files" DROP CONSTRAINT "secure_files_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."secure_files" DROP CONSTRAINT "secure_files_uploaded_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ocr_results" DROP CONSTRAINT "ocr_results_document_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ocr_results" DROP CONSTRAINT "ocr_results_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."extracted_data" DROP CONSTRAINT "extracted_data_document_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."extracted_data" DROP CONSTRAINT "extracted_data_ocr_result_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."extracted_data" DROP CONSTRAINT "extracted_data_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."extracted_data" DROP CONSTRAINT "extracted_data_reviewed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provenances" DROP CONSTRAINT "provenances_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provenances" DROP CONSTRAINT "provenances_agent_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provenances" DROP CONSTRAINT "provenances_on_behalf_of_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provenances" DROP CONSTRAINT "provenances_source_document_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provenances" DROP CONSTRAINT "provenances_extracted_data_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_service_provider_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_site_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_attending_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_part_of_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."encounters" DROP CONSTRAINT "encounters_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_family_histories" DROP CONSTRAINT "patient_family_histories_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_family_histories" DROP CONSTRAINT "patient_family_histories_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_family_histories" DROP CONSTRAINT "patient_family_histories_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_family_histories" DROP CONSTRAINT "patient_family_histories_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_family_histories" DROP CONSTRAINT "patient_family_histories_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_immunizations" DROP CONSTRAINT "patient_immunizations_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_immunizations" DROP CONSTRAINT "patient_immunizations_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_immunizations" DROP CONSTRAINT "patient_immunizations_site_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_immunizations" DROP CONSTRAINT "patient_immunizations_performer_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_immunizations" DROP CONSTRAINT "patient_immunizations_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_immunizations" DROP CONSTRAINT "patient_immunizations_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_immunizations" DROP CONSTRAINT "patient_immunizations_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_medications" DROP CONSTRAINT "patient_medications_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_medications" DROP CONSTRAINT "patient_medications_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_medications" DROP CONSTRAINT "patient_medications_requester_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_medications" DROP CONSTRAINT "patient_medications_order_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_medications" DROP CONSTRAINT "patient_medications_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_medications" DROP CONSTRAINT "patient_medications_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_medications" DROP CONSTRAINT "patient_medications_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_vital_signs" DROP CONSTRAINT "patient_vital_signs_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_vital_signs" DROP CONSTRAINT "patient_vital_signs_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_vital_signs" DROP CONSTRAINT "patient_vital_signs_panel_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_vital_signs" DROP CONSTRAINT "patient_vital_signs_device_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_vital_signs" DROP CONSTRAINT "patient_vital_signs_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_vital_signs" DROP CONSTRAINT "patient_vital_signs_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_vital_signs" DROP CONSTRAINT "patient_vital_signs_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_report_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_service_request_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_panel_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_device_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_performer_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_mapping_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_conversion_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_reference_range_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_reviewed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_observations" DROP CONSTRAINT "patient_observations_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_performer_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_laboratory_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_service_request_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_document_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."diagnostic_reports" DROP CONSTRAINT "diagnostic_reports_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_requester_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_performer_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_based_on_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."service_requests" DROP CONSTRAINT "service_requests_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_care_plans" DROP CONSTRAINT "patient_care_plans_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_care_plans" DROP CONSTRAINT "patient_care_plans_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_care_plans" DROP CONSTRAINT "patient_care_plans_author_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_care_plans" DROP CONSTRAINT "patient_care_plans_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_care_plans" DROP CONSTRAINT "patient_care_plans_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_care_plans" DROP CONSTRAINT "patient_care_plans_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_goals" DROP CONSTRAINT "patient_goals_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_goals" DROP CONSTRAINT "patient_goals_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_goals" DROP CONSTRAINT "patient_goals_care_plan_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_goals" DROP CONSTRAINT "patient_goals_diagnosis_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_goals" DROP CONSTRAINT "patient_goals_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_goals" DROP CONSTRAINT "patient_goals_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_goals" DROP CONSTRAINT "patient_goals_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patients" DROP CONSTRAINT "patients_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patients" DROP CONSTRAINT "patients_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patients" DROP CONSTRAINT "patients_general_practitioner_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patients" DROP CONSTRAINT "patients_merged_into_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_repositories" DROP CONSTRAINT "patient_repositories_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_repositories" DROP CONSTRAINT "patient_repositories_encryption_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_identifiers" DROP CONSTRAINT "patient_identifiers_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_identifiers" DROP CONSTRAINT "patient_identifiers_assigner_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_relationships" DROP CONSTRAINT "patient_relationships_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_relationships" DROP CONSTRAINT "patient_relationships_related_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_relationships" DROP CONSTRAINT "patient_relationships_evidence_document_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_coverages" DROP CONSTRAINT "patient_coverages_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_coverages" DROP CONSTRAINT "patient_coverages_payor_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_procedures" DROP CONSTRAINT "patient_procedures_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_procedures" DROP CONSTRAINT "patient_procedures_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_procedures" DROP CONSTRAINT "patient_procedures_performer_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_procedures" DROP CONSTRAINT "patient_procedures_service_request_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_procedures" DROP CONSTRAINT "patient_procedures_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_procedures" DROP CONSTRAINT "patient_procedures_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_procedures" DROP CONSTRAINT "patient_procedures_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_devices" DROP CONSTRAINT "patient_devices_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_devices" DROP CONSTRAINT "patient_devices_encounter_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_devices" DROP CONSTRAINT "patient_devices_procedure_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_devices" DROP CONSTRAINT "patient_devices_recorder_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_devices" DROP CONSTRAINT "patient_devices_entered_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_devices" DROP CONSTRAINT "patient_devices_supersedes_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."loinc_codes" DROP CONSTRAINT "loinc_codes_release_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."snomed_codes" DROP CONSTRAINT "snomed_codes_release_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."rx_norm_codes" DROP CONSTRAINT "rx_norm_codes_release_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."icd10_codes" DROP CONSTRAINT "icd10_codes_release_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."cpt_codes" DROP CONSTRAINT "cpt_codes_licensed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."cpt_codes" DROP CONSTRAINT "cpt_codes_release_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."code_mappings" DROP CONSTRAINT "code_mappings_reviewed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."reference_ranges" DROP CONSTRAINT "reference_ranges_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."terminology_releases" DROP CONSTRAINT "terminology_releases_licence_accepted_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."legal_agreements" DROP CONSTRAINT "legal_agreements_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."legal_agreements" DROP CONSTRAINT "legal_agreements_counterparty_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."legal_agreements" DROP CONSTRAINT "legal_agreements_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."legal_agreements" DROP CONSTRAINT "legal_agreements_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."legal_agreements" DROP CONSTRAINT "legal_agreements_file_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."access_reviews" DROP CONSTRAINT "access_reviews_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."access_reviews" DROP CONSTRAINT "access_reviews_reviewer_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."risk_assessments" DROP CONSTRAINT "risk_assessments_review_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."risk_assessments" DROP CONSTRAINT "risk_assessments_owner_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."risk_assessments" DROP CONSTRAINT "risk_assessments_approved_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."training_records" DROP CONSTRAINT "training_records_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."training_records" DROP CONSTRAINT "training_records_decided_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."audit_log_archives" DROP CONSTRAINT "audit_log_archives_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."audit_checkpoints" DROP CONSTRAINT "audit_checkpoints_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_consents" DROP CONSTRAINT "patient_consents_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_consents" DROP CONSTRAINT "patient_consents_discloser_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_consents" DROP CONSTRAINT "patient_consents_grantor_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_consents" DROP CONSTRAINT "patient_consents_relationship_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_consents" DROP CONSTRAINT "patient_consents_document_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."consent_grants" DROP CONSTRAINT "consent_grants_consent_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."consent_grants" DROP CONSTRAINT "consent_grants_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."consent_grants" DROP CONSTRAINT "consent_grants_actor_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."consent_grants" DROP CONSTRAINT "consent_grants_actor_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."consent_grants" DROP CONSTRAINT "consent_grants_actor_practitioner_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."disclosures" DROP CONSTRAINT "disclosures_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."disclosures" DROP CONSTRAINT "disclosures_disclosed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."disclosures" DROP CONSTRAINT "disclosures_recipient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."disclosures" DROP CONSTRAINT "disclosures_consent_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."file_access_grants" DROP CONSTRAINT "file_access_grants_secure_file_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."file_access_grants" DROP CONSTRAINT "file_access_grants_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."file_access_grants" DROP CONSTRAINT "file_access_grants_grantee_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."file_access_grants" DROP CONSTRAINT "file_access_grants_granted_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."file_access_grants" DROP CONSTRAINT "file_access_grants_consent_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."file_access_grants" DROP CONSTRAINT "file_access_grants_disclosure_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."emergency_accesses" DROP CONSTRAINT "emergency_accesses_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."emergency_accesses" DROP CONSTRAINT "emergency_accesses_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."emergency_accesses" DROP CONSTRAINT "emergency_accesses_reviewed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."security_alerts" DROP CONSTRAINT "security_alerts_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."security_alerts" DROP CONSTRAINT "security_alerts_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."security_alerts" DROP CONSTRAINT "security_alerts_assigned_to_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."security_alerts" DROP CONSTRAINT "security_alerts_incident_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."breach_incidents" DROP CONSTRAINT "breach_incidents_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."breach_incidents" DROP CONSTRAINT "breach_incidents_lead_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."breach_notifications" DROP CONSTRAINT "breach_notifications_incident_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."breach_notifications" DROP CONSTRAINT "breach_notifications_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."breach_notifications" DROP CONSTRAINT "breach_notifications_notification_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."breach_notifications" DROP CONSTRAINT "breach_notifications_evidence_file_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_access_requests" DROP CONSTRAINT "patient_access_requests_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_access_requests" DROP CONSTRAINT "patient_access_requests_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_access_requests" DROP CONSTRAINT "patient_access_requests_requested_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_access_requests" DROP CONSTRAINT "patient_access_requests_bundle_file_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_amendment_requests" DROP CONSTRAINT "patient_amendment_requests_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_amendment_requests" DROP CONSTRAINT "patient_amendment_requests_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_amendment_requests" DROP CONSTRAINT "patient_amendment_requests_requested_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_amendment_requests" DROP CONSTRAINT "patient_amendment_requests_decided_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_privacy_requests" DROP CONSTRAINT "patient_privacy_requests_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_privacy_requests" DROP CONSTRAINT "patient_privacy_requests_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_privacy_requests" DROP CONSTRAINT "patient_privacy_requests_requested_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_privacy_requests" DROP CONSTRAINT "patient_privacy_requests_decided_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."patient_privacy_requests" DROP CONSTRAINT "patient_privacy_requests_coverage_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."retention_executions" DROP CONSTRAINT "retention_executions_policy_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."retention_executions" DROP CONSTRAINT "retention_executions_approved_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."legal_holds" DROP CONSTRAINT "legal_holds_placed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."legal_holds" DROP CONSTRAINT "legal_holds_released_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_sessions" DROP CONSTRAINT "analysis_sessions_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_sessions" DROP CONSTRAINT "analysis_sessions_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_sessions" DROP CONSTRAINT "analysis_sessions_reviewed_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_tasks" DROP CONSTRAINT "analysis_tasks_queue_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_tasks" DROP CONSTRAINT "analysis_tasks_session_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."chat_conversations" DROP CONSTRAINT "chat_conversations_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."chat_conversations" DROP CONSTRAINT "chat_conversations_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."chat_conversations" DROP CONSTRAINT "chat_conversations_model_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."chat_messages" DROP CONSTRAINT "chat_messages_conversation_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."chat_messages" DROP CONSTRAINT "chat_messages_interaction_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."document_embeddings" DROP CONSTRAINT "document_embeddings_document_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."document_embeddings" DROP CONSTRAINT "document_embeddings_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."document_embeddings" DROP CONSTRAINT "document_embeddings_model_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_interactions" DROP CONSTRAINT "ai_interactions_model_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_interactions" DROP CONSTRAINT "ai_interactions_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_interactions" DROP CONSTRAINT "ai_interactions_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_interactions" DROP CONSTRAINT "ai_interactions_task_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_interactions" DROP CONSTRAINT "ai_interactions_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_interactions" DROP CONSTRAINT "ai_interactions_agreement_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_interactions" DROP CONSTRAINT "ai_interactions_disclosure_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_costs" DROP CONSTRAINT "analysis_costs_interaction_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_costs" DROP CONSTRAINT "analysis_costs_session_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_costs" DROP CONSTRAINT "analysis_costs_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_costs" DROP CONSTRAINT "analysis_costs_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."analysis_costs" DROP CONSTRAINT "analysis_costs_model_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_models" DROP CONSTRAINT "ai_models_fallback_model_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ai_models" DROP CONSTRAINT "ai_models_agreement_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."model_performances" DROP CONSTRAINT "model_performances_model_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."payment_intents" DROP CONSTRAINT "payment_intents_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."payment_intents" DROP CONSTRAINT "payment_intents_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."payment_intents" DROP CONSTRAINT "payment_intents_invoice_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."invoices" DROP CONSTRAINT "invoices_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."invoices" DROP CONSTRAINT "invoices_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."invoices" DROP CONSTRAINT "invoices_subscription_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."subscriptions" DROP CONSTRAINT "subscriptions_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."subscriptions" DROP CONSTRAINT "subscriptions_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."subscriptions" DROP CONSTRAINT "subscriptions_plan_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."token_balances" DROP CONSTRAINT "token_balances_user_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."token_balances" DROP CONSTRAINT "token_balances_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."token_transactions" DROP CONSTRAINT "token_transactions_balance_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."token_transactions" DROP CONSTRAINT "token_transactions_reservation_id_balance_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."token_transactions" DROP CONSTRAINT "token_transactions_interaction_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."token_transactions" DROP CONSTRAINT "token_transactions_task_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."token_transactions" DROP CONSTRAINT "token_transactions_payment_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provider_configurations" DROP CONSTRAINT "provider_configurations_organization_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provider_configurations" DROP CONSTRAINT "provider_configurations_agreement_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."provider_configurations" DROP CONSTRAINT "provider_configurations_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ehr_connections" DROP CONSTRAINT "ehr_connections_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ehr_connections" DROP CONSTRAINT "ehr_connections_configuration_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ehr_connections" DROP CONSTRAINT "ehr_connections_patient_identifier_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ehr_connections" DROP CONSTRAINT "ehr_connections_consent_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ehr_credentials" DROP CONSTRAINT "ehr_credentials_connection_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."ehr_credentials" DROP CONSTRAINT "ehr_credentials_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."fhir_resources" DROP CONSTRAINT "fhir_resources_connection_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."fhir_resources" DROP CONSTRAINT "fhir_resources_connection_id_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."fhir_resources" DROP CONSTRAINT "fhir_resources_patient_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."fhir_resources" DROP CONSTRAINT "fhir_resources_sync_id_connection_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."fhir_resources" DROP CONSTRAINT "fhir_resources_provenance_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."sync_histories" DROP CONSTRAINT "sync_histories_connection_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."bulk_export_jobs" DROP CONSTRAINT "bulk_export_jobs_configuration_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."bulk_export_jobs" DROP CONSTRAINT "bulk_export_jobs_requested_by_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."bulk_export_jobs" DROP CONSTRAINT "bulk_export_jobs_output_file_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."bulk_export_jobs" DROP CONSTRAINT "bulk_export_jobs_date_shift_key_id_fkey";

-- DropForeignKey
ALTER TABLE "public"."bulk_export_jobs" DROP CONSTRAINT "bulk_export_jobs_agreement_id_fkey";

-- DropTable
DROP TABLE "public"."roles";

-- DropTable
DROP TABLE "public"."permissions";

-- DropTable
DROP TABLE "public"."role_permissions";

-- DropTable
DROP TABLE "public"."user_roles";

-- DropTable
DROP TABLE "public"."user_2fas";

-- DropTable
DROP TABLE "public"."identity_challenges";

-- DropTable
DROP TABLE "public"."encryption_keys";

-- DropTable
DROP TABLE "public"."api_keys";

-- DropTable
DROP TABLE "public"."notifications";

-- DropTable
DROP TABLE "public"."organizations";

-- DropTable
DROP TABLE "public"."security_configurations";

-- DropTable
DROP TABLE "public"."user_sessions";

-- DropTable
DROP TABLE "public"."users";

-- DropTable
DROP TABLE "public"."patient_allergies";

-- DropTable
DROP TABLE "public"."practitioners";

-- DropTable
DROP TABLE "public"."care_team_members";

-- DropTable
DROP TABLE "public"."patient_diagnoses";

-- DropTable
DROP TABLE "public"."documents";

-- DropTable
DROP TABLE "public"."secure_files";

-- DropTable
DROP TABLE "public"."ocr_results";

-- DropTable
DROP TABLE "public"."extracted_data";

-- DropTable
DROP TABLE "public"."provenances";

-- DropTable
DROP TABLE "public"."encounters";

-- DropTable
DROP TABLE "public"."patient_family_histories";

-- DropTable
DROP TABLE "public"."patient_immunizations";

-- DropTable
DROP TABLE "public"."patient_medications";

-- DropTable
DROP TABLE "public"."patient_vital_signs";

-- DropTable
DROP TABLE "public"."patient_observations";

-- DropTable
DROP TABLE "public"."diagnostic_reports";

-- DropTable
DROP TABLE "public"."service_requests";

-- DropTable
DROP TABLE "public"."patient_care_plans";

-- DropTable
DROP TABLE "public"."patient_goals";

-- DropTable
DROP TABLE "public"."patients";

-- DropTable
DROP TABLE "public"."patient_repositories";

-- DropTable
DROP TABLE "public"."patient_identifiers";

-- DropTable
DROP TABLE "public"."patient_relationships";

-- DropTable
DROP TABLE "public"."patient_coverages";

-- DropTable
DROP TABLE "public"."patient_procedures";

-- DropTable
DROP TABLE "public"."patient_devices";

-- DropTable
DROP TABLE "public"."loinc_codes";

-- DropTable
DROP TABLE "public"."snomed_codes";

-- DropTable
DROP TABLE "public"."rx_norm_codes";

-- DropTable
DROP TABLE "public"."icd10_codes";

-- DropTable
DROP TABLE "public"."cpt_codes";

-- DropTable
DROP TABLE "public"."code_mappings";

-- DropTable
DROP TABLE "public"."reference_ranges";

-- DropTable
DROP TABLE "public"."unit_conversions";

-- DropTable
DROP TABLE "public"."terminology_releases";

-- DropTable
DROP TABLE "public"."legal_agreements";

-- DropTable
DROP TABLE "public"."access_reviews";

-- DropTable
DROP TABLE "public"."risk_assessments";

-- DropTable
DROP TABLE "public"."training_records";

-- DropTable
DROP TABLE "public"."audit_logs";

-- DropTable
DROP TABLE "public"."audit_log_archives";

-- DropTable
DROP TABLE "public"."audit_checkpoints";

-- DropTable
DROP TABLE "public"."patient_consents";

-- DropTable
DROP TABLE "public"."consent_grants";

-- DropTable
DROP TABLE "public"."disclosures";

-- DropTable
DROP TABLE "public"."file_access_grants";

-- DropTable
DROP TABLE "public"."emergency_accesses";

-- DropTable
DROP TABLE "public"."security_alerts";

-- DropTable
DROP TABLE "public"."breach_incidents";

-- DropTable
DROP TABLE "public"."breach_notifications";

-- DropTable
DROP TABLE "public"."patient_access_requests";

-- DropTable
DROP TABLE "public"."patient_amendment_requests";

-- DropTable
DROP TABLE "public"."patient_privacy_requests";

-- DropTable
DROP TABLE "public"."data_retention_policies";

-- DropTable
DROP TABLE "public"."retention_executions";

-- DropTable
DROP TABLE "public"."legal_holds";

-- DropTable
DROP TABLE "public"."analysis_sessions";

-- DropTable
DROP TABLE "public"."analysis_queues";

-- DropTable
DROP TABLE "public"."analysis_tasks";

-- DropTable
DROP TABLE "public"."chat_conversations";

-- DropTable
DROP TABLE "public"."chat_messages";

-- DropTable
DROP TABLE "public"."document_embeddings";

-- DropTable
DROP TABLE "public"."ai_interactions";

-- DropTable
DROP TABLE "public"."analysis_costs";

-- DropTable
DROP TABLE "public"."ai_models";

-- DropTable
DROP TABLE "public"."model_performances";

-- DropTable
DROP TABLE "public"."payment_intents";

-- DropTable
DROP TABLE "public"."invoices";

-- DropTable
DROP TABLE "public"."billing_events";

-- DropTable
DROP TABLE "public"."subscription_plans";

-- DropTable
DROP TABLE "public"."subscriptions";

-- DropTable
DROP TABLE "public"."token_balances";

-- DropTable
DROP TABLE "public"."token_transactions";

-- DropTable
DROP TABLE "public"."provider_configurations";

-- DropTable
DROP TABLE "public"."ehr_connections";

-- DropTable
DROP TABLE "public"."ehr_credentials";

-- DropTable
DROP TABLE "public"."fhir_resources";

-- DropTable
DROP TABLE "public"."sync_histories";

-- DropTable
DROP TABLE "public"."bulk_export_jobs";

-- DropEnum
DROP TYPE "public"."permission_scope";

-- DropEnum
DROP TYPE "public"."two_factor_method";

-- DropEnum
DROP TYPE "public"."challenge_purpose";

-- DropEnum
DROP TYPE "public"."key_status";

-- DropEnum
DROP TYPE "public"."notification_channel";

-- DropEnum
DROP TYPE "public"."notification_status";

-- DropEnum
DROP TYPE "public"."user_status";

-- DropEnum
DROP TYPE "public"."administrative_gender";

-- DropEnum
DROP TYPE "public"."record_source";

-- DropEnum
DROP TYPE "public"."confidentiality";

-- DropEnum
DROP TYPE "public"."encounter_status";

-- DropEnum
DROP TYPE "public"."condition_clinical_status";

-- DropEnum
DROP TYPE "public"."verification_status";

-- DropEnum
DROP TYPE "public"."allergy_criticality";

-- DropEnum
DROP TYPE "public"."medication_status";

-- DropEnum
DROP TYPE "public"."event_status";

-- DropEnum
DROP TYPE "public"."observation_status";

-- DropEnum
DROP TYPE "public"."record_status";

-- DropEnum
DROP TYPE "public"."plan_status";

-- DropEnum
DROP TYPE "public"."request_intent";

-- DropEnum
DROP TYPE "public"."document_type";

-- DropEnum
DROP TYPE "public"."file_processing_status";

-- DropEnum
DROP TYPE "public"."code_system_name";

-- DropEnum
DROP TYPE "public"."map_equivalence";

-- DropEnum
DROP TYPE "public"."agreement_type";

-- DropEnum
DROP TYPE "public"."audit_action";

-- DropEnum
DROP TYPE "public"."audit_event_type";

-- DropEnum
DROP TYPE "public"."audit_outcome";

-- DropEnum
DROP TYPE "public"."purpose_of_use";

-- DropEnum
DROP TYPE "public"."consent_status";

-- DropEnum
DROP TYPE "public"."severity";

-- DropEnum
DROP TYPE "public"."breach_status";

-- DropEnum
DROP TYPE "public"."breach_cause";

-- DropEnum
DROP TYPE "public"."notice_audience";

-- DropEnum
DROP TYPE "public"."request_status";

-- DropEnum
DROP TYPE "public"."retention_data_type";

-- DropEnum
DROP TYPE "public"."task_status";

-- DropEnum
DROP TYPE "public"."message_role";

-- DropEnum
DROP TYPE "public"."payment_status";

-- DropEnum
DROP TYPE "public"."invoice_status";

-- DropEnum
DROP TYPE "public"."subscription_status";

-- DropEnum
DROP TYPE "public"."token_transaction_type";

-- DropEnum
DROP TYPE "public"."ehr_provider";

-- DropEnum
DROP TYPE "public"."connection_status";

-- DropEnum
DROP TYPE "public"."sync_status";

-- Partitions
DROP SCHEMA IF EXISTS "audit_partitions";
