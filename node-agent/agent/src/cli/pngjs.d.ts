/** The part of pngjs that reads a picture; the package has no types of its own. */
declare module 'pngjs' {
  export const PNG: {
    readonly sync: {
      /** Throws for anything that is no whole PNG. Red, green, blue and alpha of each dot. */
      read(file: Uint8Array): {
        readonly width: number;
        readonly height: number;
        readonly data: Uint8Array;
      };
    };
  };
}
