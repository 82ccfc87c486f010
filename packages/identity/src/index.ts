export { listPermissionsSchema, listRolesSchema } from './access/access.schema.ts';
export type { ListPermissionsInput, ListRolesInput, Page } from './access/access.schema.ts';
export { listPermissions } from './access/list-permissions.ts';
export type { PermissionSummary } from './access/list-permissions.ts';
export { listRoles } from './access/list-roles.ts';
export type { RoleSummary } from './access/list-roles.ts';
export { rolePermissionConditionSchema } from './access/role-permission-condition.schema.ts';
export type { RolePermissionCondition } from './access/role-permission-condition.schema.ts';
export { inputInvalid } from './errors.ts';
export { rewrapProgressSchema } from './keys/rewrap-progress.schema.ts';
export type { RewrapProgress } from './keys/rewrap-progress.schema.ts';
export {
  acceptInvitation,
  acceptInvitationSchema,
  invite,
  inviteSchema,
} from './accounts/invite.ts';
export { reinstateAccount, suspendAccount, suspensionSchema } from './accounts/suspend-account.ts';
export { createOwner, createOwnerSchema } from './accounts/create-owner.ts';
export type { CreatedOwner } from './accounts/create-owner.ts';
export { installAccount, installOrganization } from './accounts/install-account.ts';
export type { InstalledAccount } from './accounts/install-account.ts';
export { register, registerSchema, verifyEmail, verifyEmailSchema } from './accounts/register.ts';
export { actorHasPermission, findActingUser } from './access/permission.store.ts';
export type { ApiKeySummary } from './api-keys/api-key.store.ts';
export {
  authenticateKey,
  createApiKey,
  createApiKeySchema,
  listApiKeys,
  revokeApiKey,
} from './api-keys/own-api-keys.ts';
export type { IdentityContext } from './context.ts';
export { notPermitted, sessionInvalid, stepUpRequired } from './errors.ts';
export type { BegunFlow } from './federation/begin-flow.ts';
export {
  beginFederatedLogin,
  beginFederatedLoginSchema,
} from './federation/begin-federated-login.ts';
export { finishFederatedLogin } from './federation/finish-federated-login.ts';
export { finishFlowSchema } from './federation/flow.ts';
export type { ProviderOptions } from './federation/guarded-fetch.ts';
export { logoutFromProvider, logoutFromProviderSchema } from './federation/logout-from-provider.ts';
export { createProviderDirectory } from './federation/provider-directory.ts';
export {
  getProvider,
  removeProvider,
  setProvider,
  setProviderSchema,
} from './federation/set-provider.ts';
export {
  beginProviderStepUp,
  beginProviderStepUpSchema,
  finishProviderStepUp,
} from './federation/step-up-with-provider.ts';
export type { Factor } from './factors/factor.store.ts';
export {
  confirmEmail,
  confirmSms,
  confirmTotp,
  enrolEmail,
  enrolSms,
  enrolSmsSchema,
  enrolTotp,
} from './factors/enrol-factor.ts';
export type { TotpEnrolment } from './factors/enrol-factor.ts';
export type { EnrolledFactor } from './factors/enrolment.ts';
export {
  listFactors,
  removeFactor,
  renameFactor,
  renameFactorSchema,
  renewRecoveryCodes,
} from './factors/own-factors.ts';
export { login, loginSchema } from './login/login.ts';
export type { LoginResult } from './login/login.ts';
export {
  factorProofSchema,
  proveFactor,
  sendFactorCode,
  stepUp,
  stepUpSchema,
} from './login/prove-factor.ts';
export { deliverMessages } from './notifications/deliver-messages.ts';
export type { Senders, SendMessage } from './notifications/deliver-messages.ts';
export { queueMessage } from './notifications/outbox.store.ts';
export type { OutgoingMessage } from './notifications/outbox.store.ts';
export { twilioSender } from './notifications/twilio-sender.ts';
export type { TwilioSettings } from './notifications/twilio-sender.ts';
export { smtpSender } from './notifications/smtp-sender.ts';
export type { SmtpSettings } from './notifications/smtp-sender.ts';
export {
  changePassword,
  changePasswordSchema,
  requestPasswordReset,
  resetPassword,
  resetPasswordSchema,
} from './passwords/change-password.ts';
export { loginWithPasskey } from './passkeys/login-with-passkey.ts';
export { assertionSchema, registerPasskeySchema } from './passkeys/passkey.schema.ts';
export { beginPasskey, registerPasskey } from './passkeys/register-passkey.ts';
export type { RelyingParty } from './passkeys/relying-party.ts';
export { passkeyOptions } from './passkeys/verify-passkey.ts';
export type { PasskeyOptions } from './passkeys/verify-passkey.ts';
export { authenticate } from './sessions/authenticate.ts';
export type { Authenticated, SessionLack } from './sessions/authenticate.ts';
export type { IssuedSession } from './sessions/issue-session.ts';
export { listSessions, logout, revokeSession } from './sessions/own-sessions.ts';
export type { SessionSummary } from './sessions/own-sessions.ts';
export { refreshSession } from './sessions/refresh-session.ts';
export { removeEnded } from './upkeep/remove-ended.ts';
export type { RemovedRows, RemoveEndedOptions } from './upkeep/remove-ended.ts';
