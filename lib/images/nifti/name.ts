/** How the name of a NIfTI file ends, in letters of any case. */
export const niftiEnding = /\.nii(\.gz)?$/i;

/** Whether a file of this name is compressed. */
export const isPackedName = (path: string): boolean => /\.gz$/i.test(path);
