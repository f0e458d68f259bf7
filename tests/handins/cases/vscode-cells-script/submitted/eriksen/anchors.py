#%%
import math

import torch

# %%
def multibox_prior(height, width, sizes, ratios, *, dtype=torch.float32, device=None):
    shapes = [(sizes[0], r) for r in ratios]
    shapes += [(s, ratios[0]) for s in sizes[1:]]
    out = []
    for i in range(height):
        for j in range(width):
            cx, cy = (j + 0.5) / width, (i + 0.5) / height
            for s, r in shapes:
                w = s * math.sqrt(r) * height / width
                h = s / math.sqrt(r)
                out.append([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2])
    return torch.tensor(out, dtype=dtype, device=device)

# %% look
multibox_prior(1, 2, [0.5], [1.0, 4.0])

#%%
def box_iou(a, b):
    lo = torch.max(a[:, None, :2], b[None, :, :2])
    hi = torch.min(a[:, None, 2:], b[None, :, 2:])
    wh = (hi - lo).clamp(min=0)
    inter = wh[..., 0] * wh[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None] - inter
    return inter / torch.where(union > 0, union, torch.ones_like(union))

# %%
def assign_anchors(anchors, gt, iou_threshold=0.5):
    A, G = len(anchors), len(gt)
    out = torch.full((A,), -1, dtype=torch.int64, device=anchors.device)
    if G == 0:
        return out
    iou = box_iou(anchors, gt)
    for a in range(A):
        g = int(iou[a].argmax())
        if iou[a, g] >= iou_threshold:
            out[a] = g
    work = iou.clone()
    for _ in range(min(A, G)):
        k = int(work.argmax())
        a, g = k // G, k % G
        out[a] = g
        work[a, :] = -1
        work[:, g] = -1
    return out

# %% [markdown]
# The dog and the cat

# %%
from PIL import Image
img = Image.open('../img/catdog.jpg')
img

# %%
def _center(b):
    wh = b[:, 2:] - b[:, :2]
    return (b[:, :2] + b[:, 2:]) / 2, wh

def encode_offsets(anchors, boxes, sigma=(0.1, 0.1, 0.2, 0.2)):
    ca, wa = _center(anchors)
    cb, wb = _center(boxes)
    s = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat([(cb - ca) / wa, torch.log(wb / wa)], 1) / s

def decode_offsets(anchors, offsets, sigma=(0.1, 0.1, 0.2, 0.2)):
    ca, wa = _center(anchors)
    o = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    c = ca + o[:, :2] * wa
    wh = torch.exp(o[:, 2:]) * wa
    return torch.cat([c - wh / 2, c + wh / 2], 1)


#%%
def multibox_target(anchors, labels, iou_threshold=0.5):
    idx = assign_anchors(anchors, labels[:, 1:], iou_threshold)
    offsets = torch.zeros_like(anchors)
    mask = torch.zeros_like(anchors)
    cls = torch.zeros(len(anchors), dtype=torch.int64, device=anchors.device)
    pos = idx >= 0
    if pos.any():
        obj = labels[idx[pos]]
        offsets[pos] = encode_offsets(anchors[pos], obj[:, 1:])
        mask[pos] = 1
        cls[pos] = obj[:, 0].long() + 1
    return offsets, mask, cls

# %%
def nms(boxes, scores, iou_threshold, classes=None):
    order = torch.argsort(scores, descending=True, stable=True).tolist()
    iou = box_iou(boxes, boxes)
    keep = []
    for i in order:
        ok = True
        for j in keep:
            same = classes is None or classes[i] == classes[j]
            if same and iou[i, j] > iou_threshold:
                ok = False
                break
        if ok:
            keep.append(i)
    return torch.tensor(keep, dtype=torch.int64, device=boxes.device)

# %%
import matplotlib.pyplot as plt
fig = plt.imshow(img)
for box in multibox_prior(2, 2, [0.5], [1.0]):
    fig.axes.add_patch(plt.Rectangle(box[:2], *(box[2:] - box[:2]), fill=False))
# %%
