# Checks that the services behind Windows Update can run and, if asked to, that a search for updates succeeds.
# Changes nothing.
# Facts: packageManagerHealthy (true or false), updatesAvailable (how many, where it was searched).
# Exit codes: 0 healthy, 1 there are problems.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

$healthy = $true
foreach ($name in 'wuauserv', 'bits', 'cryptsvc', 'TrustedInstaller') {
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name='$name'"
    if ($null -eq $service) {
        [Console]::Error.WriteLine("PROBLEM: there is no service $name")
        $healthy = $false
    }
    elseif ($service.StartMode -eq 'Disabled') {
        [Console]::Error.WriteLine("PROBLEM: the service $name is disabled")
        $healthy = $false
    }
    else {
        Write-Output "ok: the service $name can run ($($service.StartMode), $($service.State))"
    }
}

try {
    $session = New-Object -ComObject Microsoft.Update.Session
    $searcher = $session.CreateUpdateSearcher()
    Write-Output 'ok: the agent of Windows Update answers'
    if ($env:PATCHBAY_CHECK_REPOSITORIES -eq 'true') {
        $result = $searcher.Search("IsInstalled=0 and IsHidden=0 and Type='Software'")
        # 2 stands for: succeeded.
        if ($result.ResultCode -ne 2) { throw "the search ended with result code $($result.ResultCode)" }
        Write-Output "ok: a search for updates found $($result.Updates.Count)"
        Publish-Fact 'updatesAvailable' "$($result.Updates.Count)"
    }
}
catch {
    [Console]::Error.WriteLine("PROBLEM: Windows Update: $($_.Exception.Message)")
    $healthy = $false
}
Publish-Fact 'packageManagerHealthy' ($healthy.ToString().ToLowerInvariant())
if ($healthy) { exit 0 } else { exit 1 }
