// Makes photos small on the phone before they travel: at most 1600 px, JPEG, upright, without place and device.
(function () {
  "use strict";
  const LONG_SIDE = 1600;
  async function decoded(file) {
    if (window.createImageBitmap) {
      try { return await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { /* next way */ }
    }
    const url = URL.createObjectURL(file);
    try {
      const image = new Image();
      image.src = url;
      await image.decode();
      return image;
    } finally { URL.revokeObjectURL(url); }
  }
  async function shrink(file) {
    try {
      const image = await decoded(file);
      const width = image.width || image.naturalWidth;
      const height = image.height || image.naturalHeight;
      const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(width * scale));
      canvas.height = Math.max(1, Math.round(height * scale));
      const brush = canvas.getContext("2d");
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(image, 0, 0, canvas.width, canvas.height);
      if (image.close) image.close();
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
      canvas.width = canvas.height = 0; // phones hold on to the memory otherwise
      if (blob) return { bytes: await blob.arrayBuffer(), type: "image/jpeg" };
    } catch { /* a kind that this browser cannot read: the server looks at it as it is */ }
    return { bytes: await file.arrayBuffer(), type: file.type || "application/octet-stream" };
  }
  window.SmallPhotos = { shrink };
})();
