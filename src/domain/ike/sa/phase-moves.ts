/**
 * Lawful moves of an IKE SA, for either role (RFC 7296 1.2, 1.4.1, 2.8, 2.21.2). What is not listed does not happen: a session
 * names its next phase as `moves.awaitingInit.sentAuth`, and a move that is not here does not compile.
 */
export const moves = {
  /** An initiator whose IKE_SA_INIT request is out. */
  awaitingInit: {
    retriedInit: 'awaitingInit',
    beganIntermediate: 'awaitingIntermediate',
    sentAuth: 'awaitingAuthReply',
    gaveUp: 'closed',
  },
  /** An initiator whose IKE_INTERMEDIATE request is out (RFC 9242). */
  awaitingIntermediate: {
    beganIntermediate: 'awaitingIntermediate',
    sentAuth: 'awaitingAuthReply',
    refusedReply: 'closed',
    gaveUp: 'closed',
  },
  /** A responder that answered IKE_SA_INIT. */
  awaitingAuth: { acceptedAuth: 'established', refusedAuth: 'closed', gaveUp: 'closed' },
  /** An initiator whose IKE_AUTH request is out. */
  awaitingAuthReply: {
    acceptedAuth: 'established',
    refusedReply: 'refusing',
    refusedByPeer: 'closed',
    gaveUp: 'closed',
  },
  established: {
    rekeyed: 'superseded',
    sentDelete: 'deleting',
    refusedReply: 'refusing',
    gotDelete: 'closed',
    gaveUp: 'closed',
  },
  /** Another IKE SA has taken the CHILD SAs over: this one only answers, and waits for its delete. */
  superseded: { sentDelete: 'deleting', refusedReply: 'refusing', gotDelete: 'closed', gaveUp: 'closed' },
  /** Our delete is out. */
  deleting: { gotAnswer: 'closed', gotDelete: 'closed', gaveUp: 'closed' },
  /** The peer liked us, we do not like its answer: AUTHENTICATION_FAILED or INVALID_SYNTAX is out. */
  refusing: { gotAnswer: 'closed', gotDelete: 'closed', gaveUp: 'closed' },
  closed: {},
} as const satisfies { readonly [phase: string]: { readonly [move: string]: string } };
