"""The PyPI package `statuspage-prometheus-exporter` watches the portal as if it were a Statuspage."""

import json
import os
import pathlib
import subprocess
import sys

from tests.running import RunningPortal


def test_it_exports_what_the_page_says(demo: RunningPortal, tmp_path: pathlib.Path) -> None:
    services = tmp_path / "services.json"
    services.write_text(json.dumps({"larkspur": {"url": f"{demo.url}/api/v2/summary.json", "name": "Larkspur"}}))
    metrics = tmp_path / "larkspur.prom"
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("statuspage-prometheus-exporter")],
        env={
            "PATH": os.environ["PATH"],
            "RUN_MODE": "once",
            "SERVICES_JSON_PATH": str(services),
            "METRICS_TEXTFILE_PATH": str(metrics),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = metrics.read_text().splitlines()
    assert 'statuspage_probe_check{service_name="Larkspur"} 1.0' in lines
    assert 'statuspage_component_status{component_name="File uploads",service_name="Larkspur"} 0.0' in lines
    assert 'statuspage_component_status{component_name="Search",service_name="Larkspur"} 1.0' in lines
    incident = next(line for line in lines if line.startswith("statuspage_incident_info{"))
    assert "Uploads of large files are slow" in incident
    assert f"{demo.url}/incidents/" in incident, "the short link leads to the incident's page"
    assert any(line.startswith("statuspage_maintenance_info{") and "Database upgrade" in line for line in lines)
