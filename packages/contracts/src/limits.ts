/** Sizes that every boundary enforces (S-07). Bytes are UTF-8 bytes. */
export const limits = {
  /** Content of one script. */
  scriptBytes: 1024 * 1024,
  /** Steps of one workflow, all phases together. */
  workflowSteps: 200,
  /** Parameters of one script. */
  scriptParameters: 100,
  /** One parameter value. */
  parameterValueBytes: 32 * 1024,
  /** Body of one API request. */
  requestBytes: 4 * 1024 * 1024,
  /** Values in the body of one API request, on all levels together. */
  requestValues: 50_000,
  /** Body of a request that brings a whole library. */
  libraryBytes: 64 * 1024 * 1024,
  /** Values in such a body. */
  libraryValues: 1_000_000,
  /** Documents in such a body. */
  libraryDocuments: 20_000,
  /** One message of an agent. */
  messageBytes: 4 * 1024 * 1024,
  /** All that an agent may send before it has signed in. */
  signInBytes: 128 * 1024,
  /** One message of the server: a script and its parameters may grow when they are written as JSON in JSON. */
  serverMessageBytes: 16 * 1024 * 1024,
  /** Raw bytes in one output message. */
  outputChunkBytes: 64 * 1024,
  /** Output kept for one activity and stream, head and tail together (O-03). */
  outputBytes: 10 * 1024 * 1024,
  /** Output that an agent may have under way without an acknowledgement. */
  outputWindowBytes: 512 * 1024,
  /** Facts that one activity may publish (L-04). */
  activityFacts: 200,
  /** Patches in one scan message. */
  patchesPerMessage: 500,
  /** The logo on a notification, a PNG image. */
  logoBytes: 64 * 1024,
  /** Logged-in users that an event of Interactive Reboot names. */
  rebootSessions: 50,
  /** Events of an Interactive Reboot in one message. */
  rebootEventsPerMessage: 100,
  /** Events kept of one Interactive Reboot; a flow has some tens. */
  rebootFlowEvents: 10_000,
} as const;
