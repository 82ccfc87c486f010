import { describe, expect, it } from 'vitest';

import {
  affectedByStateSchema,
  alertEvidenceSchema,
  informedPersonsSchema,
  noticeContentSchema,
  reviewDecisionsSchema,
  reviewFindingsSchema,
  shardRangesSchema,
  subprocessorsSchema,
} from './index.ts';

const notice = {
  whatHappened: 'A laptop was stolen on 1 May and missed on 2 May.',
  informationInvolved: ['name', 'diagnosis'],
  stepsToTake: 'Watch the statements of your insurer.',
  whatWeAreDoing: 'Disks of all laptops are now encrypted.',
  contact: { tollFreePhone: '+1 800 555 0100' },
};

describe('JSON columns of the law', () => {
  it('takes a notice with the five elements and refuses one that lacks any', () => {
    expect(noticeContentSchema.parse(notice)).toEqual(notice);
    for (const element of Object.keys(notice)) {
      expect(
        noticeContentSchema.safeParse({ ...notice, [element]: undefined }).success,
        element,
      ).toBe(false);
    }
  });

  it('refuses a notice without a way to ask, or with a field nobody defined', () => {
    expect(noticeContentSchema.safeParse({ ...notice, contact: {} }).success).toBe(false);
    expect(noticeContentSchema.safeParse({ ...notice, ssn: '078-05-1120' }).success).toBe(false);
  });

  it('counts residents by State and refuses what is no State or no count', () => {
    expect(affectedByStateSchema.parse({ CA: 501, PR: 0 })).toEqual({ CA: 501, PR: 0 });
    expect(affectedByStateSchema.parse({})).toEqual({});
    for (const wrong of [{ XX: 1 }, { CA: -1 }, { CA: 1.5 }, { CA: '501' }, []]) {
      expect(affectedByStateSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });

  it('keeps sequence numbers beyond 2^53 and refuses a shard that stands twice or runs backwards', () => {
    const range = { shard: 0, firstSeq: '1', lastSeq: '9007199254740993', rows: 3 };
    expect(shardRangesSchema.parse([range])[0]?.lastSeq).toBe('9007199254740993');
    expect(shardRangesSchema.safeParse([range, range]).success).toBe(false);
    expect(shardRangesSchema.safeParse([{ ...range, firstSeq: '5', lastSeq: '4' }]).success).toBe(
      false,
    );
  });

  it('takes ids as evidence and refuses free text', () => {
    const id = '0190a6a4-6b7e-7c3e-8a53-3a5f6f0f7d11';
    expect(alertEvidenceSchema.safeParse({ auditLogIds: [id], observed: 80 }).success).toBe(true);
    expect(alertEvidenceSchema.safeParse({ auditLogIds: ['Jane Doe'] }).success).toBe(false);
    expect(alertEvidenceSchema.safeParse({ note: 'Jane Doe' }).success).toBe(false);
  });

  it('refuses two findings under one key and a decision without a reason', () => {
    const finding = { key: 'stale-role', severity: 'LOW', text: 'Role unused for a year.' };
    expect(reviewFindingsSchema.safeParse([finding]).success).toBe(true);
    expect(reviewFindingsSchema.safeParse([finding, finding]).success).toBe(false);
    const decision = {
      findingKey: 'stale-role',
      decision: 'REVOKE',
      reason: 'Moved to another ward.',
      decidedById: '0190a6a4-6b7e-7c3e-8a53-3a5f6f0f7d11',
      decidedAt: '2026-01-31T12:00:00+01:00',
    };
    expect(reviewDecisionsSchema.safeParse([decision]).success).toBe(true);
    expect(reviewDecisionsSchema.safeParse([{ ...decision, reason: ' ' }]).success).toBe(false);
  });

  it('names why a person was informed and where a subcontractor is', () => {
    expect(
      informedPersonsSchema.safeParse([{ name: 'A', reason: 'NAMED_BY_PATIENT' }]).success,
    ).toBe(true);
    expect(informedPersonsSchema.safeParse([{ name: 'A', reason: 'OTHER' }]).success).toBe(false);
    const cloud = { name: 'A', purpose: 'hosting', country: 'US', handlesPhi: true };
    expect(subprocessorsSchema.safeParse([cloud]).success).toBe(true);
    expect(subprocessorsSchema.safeParse([{ ...cloud, country: 'usa' }]).success).toBe(false);
  });
});
