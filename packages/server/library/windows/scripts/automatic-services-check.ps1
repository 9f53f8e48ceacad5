# Checks that no service which starts by itself has failed; changes nothing. One that has ended without an error is in
# order: many start only when they are needed.
# Facts: failedServices (separated by commas).
# Exit codes: 0 none has, 1 at least one has.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

$ignored = @(([string] $env:PATCHBAY_IGNORE).Split(';') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' })

$failed = @()
$services = @(Get-CimInstance -ClassName Win32_Service -Filter "StartMode='Auto' and State<>'Running'")
foreach ($service in @($services | Sort-Object 'Name')) {
    # 1077: it was not started since the last boot.
    if ($service.ExitCode -eq 0 -or $service.ExitCode -eq 1077) { continue }
    if (@($ignored | Where-Object { $service.Name -like $_ }).Count -gt 0) {
        Write-Output "$($service.Name) has failed, but is to be ignored."
        continue
    }
    $codes = "exit code $($service.ExitCode), of its own $($service.ServiceSpecificExitCode)"
    [Console]::Error.WriteLine("$($service.Name) is $($service.State), $codes")
    $failed += $service.Name
}
Publish-Fact 'failedServices' ($failed -join ',')
if ($failed.Count -gt 0) { exit 1 }
Write-Output 'No service that starts by itself has failed.'
exit 0
