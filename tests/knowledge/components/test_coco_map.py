"""COCO's average precision beside pycocotools."""

from __future__ import annotations

import contextlib
import io

import pytest
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from paper_implementer.knowledge.components.pytorch.coco_map import AREAS, Detections, Truths, box_iou, coco_map


def _images(count: int, crowds: bool) -> tuple[list[Detections], list[Truths]]:
    found, truths = [], []
    for _ in range(count):
        size = int(torch.randint(0, 7, ()))
        low, extent = torch.rand(size, 2) * 200, torch.rand(size, 2) * 150 + 8
        boxes = torch.cat([low, low + extent], dim=1).round()
        labels = torch.randint(3, (size,))
        crowd = torch.rand(size) < (0.3 if crowds else 0)
        truths.append(Truths(boxes, labels, crowd))
        moved = torch.cat([boxes + torch.randint(-12, 13, boxes.shape), boxes[:2], torch.tensor([[5.0, 5, 60, 50]])])
        moved[:, 2:] = torch.maximum(moved[:, 2:], moved[:, :2] + 1)
        guessed = torch.cat([labels, labels[:2], torch.tensor([1])])
        # Distinct scores: what happens among equal ones depends on the sort.
        found.append(Detections(moved, torch.rand(len(moved)), guessed))
    return found, truths


def _theirs(found: list[Detections], truths: list[Truths]) -> COCOeval:
    def box(row: torch.Tensor) -> list[float]:
        return [*row[:2].tolist(), *(row[2:] - row[:2]).tolist()]

    annotations = [
        {
            "image_id": at,
            "category_id": int(label),
            "bbox": box(row),
            "iscrowd": int(crowd),
            "area": float((row[2:] - row[:2]).prod()),
        }
        for at, truth in enumerate(truths)
        for row, label, crowd in zip(*truth, strict=True)
    ]
    results = [
        {"image_id": at, "category_id": int(label), "bbox": box(row), "score": float(score)}
        for at, each in enumerate(found)
        for row, score, label in zip(*each, strict=True)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "info": {},
            "images": [{"id": at} for at in range(len(truths))],
            "categories": [{"id": label} for label in range(3)],
            "annotations": [{"id": at + 1, **annotation} for at, annotation in enumerate(annotations)],
        }
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


@pytest.mark.parametrize("crowds", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_pycocotools(seed: int, crowds: bool) -> None:
    torch.manual_seed(seed)
    found, truths = _images(8, crowds)
    stats = _theirs(found, truths).stats
    assert 0.1 < stats[0] < 0.9
    assert coco_map(found, truths) == pytest.approx(stats[0])
    assert coco_map(found, truths, (0.5,)) == pytest.approx(stats[1])
    assert coco_map(found, truths, (0.75,)) == pytest.approx(stats[2])
    for at, area in enumerate(list(AREAS)[1:], start=3):
        mine = coco_map(found, truths, area=area)
        assert (mine if mine == mine else -1) == pytest.approx(stats[at])


def test_a_detection_inside_a_crowd_is_no_false_alarm() -> None:
    box = torch.tensor([[0.0, 0, 10, 10]])
    assert box_iou(box, torch.tensor([[0.0, 0, 100, 100]]), torch.tensor([True])).item() == 1
    crowd = Truths(
        torch.tensor([[0.0, 0, 100, 100], [200, 200, 220, 220]]), torch.tensor([0, 0]), torch.tensor([True, False])
    )
    found = Detections(
        torch.tensor([[0.0, 0, 10, 10], [200, 200, 220, 220]]), torch.tensor([0.9, 0.8]), torch.tensor([0, 0])
    )
    assert coco_map([found], [crowd]) == 1


def test_no_detections_and_no_truths() -> None:
    nothing = Detections(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0))
    there = Truths(torch.tensor([[0.0, 0, 9, 9]]), torch.tensor([0]), torch.tensor([False]))
    assert coco_map([nothing], [there]) == 0
    empty = Truths(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.bool))
    assert coco_map([nothing], [empty]) != coco_map([nothing], [empty])
